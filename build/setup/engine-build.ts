import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureLlama } from './llama-libraries.ts'
import { outFolder, root } from './paths.ts'
import { run, say } from './run.ts'

export type EngineFlavour = 'release' | 'sanitize'

/** The folder of a build of the engine; its programs are in `bin`. */
export const engineBuildFolder = (flavour: EngineFlavour): string =>
  join(outFolder, 'engine', flavour)

/** Configures and builds the engine, and its tests when asked. Costs a moment when nothing changed. */
export async function buildEngine(
  flavour: EngineFlavour,
  options: { tests: boolean },
): Promise<void> {
  const llama = await ensureLlama()
  const folder = engineBuildFolder(flavour)
  const isNew = !existsSync(join(folder, 'build.ninja'))
  if (isNew) say(`Building the engine (${flavour}) …`)
  await run('cmake', [
    ...['-S', join(root, 'engine'), '-B', folder, '-G', 'Ninja'],
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCHATGLM_LLAMA_ROOT=${llama}`,
    `-DCHATGLM_SANITIZE=${flavour === 'sanitize' ? 'ON' : 'OFF'}`,
    `-DCHATGLM_BUILD_TESTS=${options.tests ? 'ON' : 'OFF'}`,
  ])
  await run('cmake', ['--build', folder])
}
