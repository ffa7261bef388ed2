/** Sets up what a command needs and starts it: `main.ts start | web | test | setup | bench | chatglm …`. */
import { buildEngine, type EngineBuildOptions } from './engine-build.ts'
import { runProgram } from './foreground.ts'
import { SetupError } from './run.ts'
import { serveWeb, startApp } from './start-command.ts'
import { ensureSystemPackages } from './system-packages.ts'
import { ensureApp } from './app-build.ts'
import { runTests } from './test-command.ts'

async function ensureEngine(options: EngineBuildOptions): Promise<void> {
  await ensureSystemPackages(options)
  await buildEngine('release', options)
}

async function main(command: string | undefined, args: string[]): Promise<void> {
  switch (command) {
    case 'setup':
      return ensureEngine({ tests: true })
    case 'start':
      await ensureEngine({ tests: false })
      return startApp(args)
    case 'web':
      await ensureEngine({ tests: false })
      return serveWeb(args)
    case 'chatglm':
      await ensureEngine({ tests: false })
      return runProgram('src-main/cli/main.ts', args)
    case 'bench':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/main.ts', args)
    case 'bench:app':
      await ensureEngine({ tests: false })
      await ensureApp()
      return runProgram('tests/bench/app/main.ts', args)
    case 'bench:fit':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/fit.ts', args)
    case 'bench:store':
      return runProgram('tests/bench/store.ts', args)
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
