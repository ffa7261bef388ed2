import { pathToFileURL } from 'node:url'
import { exitCodes } from '../cli/exit-codes.ts'
import { runProgram } from '../cli/program.ts'
import type { AppFolders } from '../core/app-folders.ts'
import type { AppFiles } from './app-files.ts'
import { startStore } from './store-start.ts'

const option = '--cli'

/** What was typed after `chatglm`, when its launcher started the app; else null. */
export function commandLineOf(argv: string[]): string[] | null {
  const at = argv.indexOf(option)
  return at === -1 ? null : argv.slice(at + 1)
}

/** Runs the command line without a window and returns its exit code. */
export async function runCommandLine(
  args: string[],
  { files, folders, appFolder }: { files: AppFiles; folders: AppFolders; appFolder: string },
): Promise<number> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  const { stdin, stdout, stderr } = process
  // What a marker beside the program says about folders holds here, too.
  const env = {
    ...process.env,
    ...{ CHATGLM_DATA_DIR: folders.data, CHATGLM_CACHE_DIR: folders.cache },
  }
  // `chatglm … | head` closes the pipe; that is no failure.
  stdout.on('error', () => process.exit(exitCodes.ok))
  return runProgram(args, {
    terminal: { stdin, stdout, stderr },
    env,
    signal: interrupted.signal,
    places: {
      engineFile: files.engine,
      engineManifestFile: files.engineManifest,
      resourcesFolder: files.resources,
      appFolder,
      rendererFolder: files.renderer,
      documentWorker: pathToFileURL(files.documentWorker),
      startStore: () => startStore(files.storeWorker, env),
    },
  })
}
