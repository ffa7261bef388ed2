/** Sets up what a command needs and starts it: `main.ts start | test | setup | bench | chatglm …`. */
import { execa } from 'execa'
import { join } from 'node:path'
import { buildEngine, type EngineBuildOptions } from './engine-build.ts'
import { root } from './paths.ts'
import { SetupError } from './run.ts'
import { ensureSystemPackages } from './system-packages.ts'
import { runTests } from './test-command.ts'

async function ensureEngine(options: EngineBuildOptions): Promise<void> {
  await ensureSystemPackages(options)
  await buildEngine('release', options)
}

const tsx = import.meta.resolve('tsx')

/** Runs a TypeScript program of the checkout in the foreground and takes over its exit code. */
async function runProgram(file: string, args: string[]): Promise<void> {
  const program = execa(process.execPath, ['--import', tsx, join(root, file), ...args], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(), // npm changes it; paths mean the person's
    stdio: 'inherit',
    reject: false,
  })
  process.on('SIGINT', () => undefined) // the program has it too, and decides
  process.exitCode = (await program).exitCode ?? 1
}

async function main(command: string | undefined, args: string[]): Promise<void> {
  switch (command) {
    case 'setup':
      return ensureEngine({ tests: true })
    case 'start':
      await ensureEngine({ tests: false })
      return runProgram('src-main/cli/main.ts', ['chat', ...args])
    case 'chatglm':
      await ensureEngine({ tests: false })
      return runProgram('src-main/cli/main.ts', args)
    case 'bench':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/main.ts', args)
    case 'test':
      await ensureEngine({ tests: true })
      return runTests(args)
    default:
      throw new SetupError(`Unknown command: ${command ?? '(none)'}.`)
  }
}

try {
  await main(process.argv[2], process.argv.slice(3))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
