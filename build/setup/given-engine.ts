import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError } from './run.ts'

/** Names the folder `bin` of an engine that was built elsewhere. */
export const givenEngineVariable = 'CHATGLM_ENGINE_FOLDER'

const program = 'chatglm-engine.exe'

/**
 * Takes the engine for Windows from the folder `given`, or leaves the one that was taken before: the
 * compiler of Visual Studio cannot build it, and what is shipped is the very engine that was tested.
 */
export async function takeEngine(given: string | undefined, folder: string): Promise<void> {
  if (given === undefined || given === '') {
    if (existsSync(join(folder, program))) return
    throw new SetupError(
      `There is no engine. "npm run setup -- --preset win-x64" builds it, on Linux or by mingw-w64's GCC; ` +
        `then set ${givenEngineVariable} to the folder out/engine/win-x64/bin and run the command again.`,
    )
  }
  if (!existsSync(join(given, program)))
    throw new SetupError(`${given}, which ${givenEngineVariable} names, has no ${program}.`)
  await rm(folder, { recursive: true, force: true })
  await cp(given, folder, { recursive: true })
}
