/** Sets up what a command needs and starts it: `main.ts start | web | test | setup | package | bench | chatglm …`. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  buildEngine,
  engineBuildFolder,
  isEnginePreset,
  type EngineBuildOptions,
} from './engine-build.ts'
import { runProgram } from './foreground.ts'
import { givenEngineVariable, takeEngine } from './given-engine.ts'
import { SetupError } from './run.ts'
import { serveWeb, startApp } from './start-command.ts'
import { ensureSystemPackages } from './system-packages.ts'
import { ensureApp } from './app-build.ts'
import { packageApp } from './package/package-command.ts'
import { runTests } from './test-command.ts'

async function ensureEngine(options: EngineBuildOptions): Promise<void> {
  if (process.platform === 'win32')
    return takeEngine(process.env[givenEngineVariable], join(engineBuildFolder('release'), 'bin'))
  await ensureSystemPackages(options)
  await buildEngine('release', options)
}

/**
 * Sets up what `npm test` needs, or with `--without-tests` what the app needs, or builds the engine
 * for another system: `--preset win-x64`.
 */
async function setUp(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { preset: { type: 'string' }, 'without-tests': { type: 'boolean' } },
  })
  const { preset } = values
  if (preset === undefined) return ensureEngine({ tests: values['without-tests'] !== true })
  if (!isEnginePreset(preset)) {
    throw new SetupError(`There is no preset ${preset}. engine/CMakePresets.json lists them.`)
  }
  await ensureSystemPackages({ tests: false, preset })
  await buildEngine(preset, { tests: false })
}

async function main(command: string | undefined, args: string[]): Promise<void> {
  switch (command) {
    case 'setup':
      return setUp(args)
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
    case 'bench:engine':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/speed/main.ts', args)
    case 'bench:check':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/speed/main.ts', ['check', ...args])
    case 'bench:app':
      await ensureEngine({ tests: false })
      await ensureApp()
      return runProgram('tests/bench/app/main.ts', args)
    case 'bench:fit':
      await ensureEngine({ tests: false, bench: true })
      return runProgram('tests/bench/fit.ts', args)
    case 'bench:store':
      return runProgram('tests/bench/store.ts', args)
    case 'package':
      await ensureEngine({ tests: false })
      return packageApp(args)
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
