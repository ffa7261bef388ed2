import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureGpuModules, ensureLlama } from './llama-libraries.ts'
import { outFolder, root } from './paths.ts'
import { run, say } from './run.ts'

export type EngineFlavour = 'release' | 'sanitize'

export interface EngineBuildOptions {
  tests: boolean
  bench?: boolean
}

/** The folder of a build of the engine; its programs are in `bin`. */
export const engineBuildFolder = (flavour: EngineFlavour): string =>
  join(outFolder, 'engine', flavour)

/**
 * Configures the build unless that was done with the same settings. Tests and benchmarks stay
 * configured once they were asked for; ninja itself notices changed CMake files.
 */
async function configure(folder: string, settings: string[]): Promise<void> {
  const stampFile = join(folder, 'settings.txt')
  const wanted = settings.join('\n')
  const current = await readFile(stampFile, 'utf8').catch(() => '')
  if (current === wanted && existsSync(join(folder, 'build.ninja'))) return
  await run('cmake', ['-S', join(root, 'engine'), '-B', folder, '-G', 'Ninja', ...settings])
  await writeFile(stampFile, wanted)
}

/** Builds the engine, and its tests and benchmarks when asked. A moment when nothing changed. */
export async function buildEngine(
  flavour: EngineFlavour,
  options: EngineBuildOptions,
): Promise<void> {
  const llama = await ensureLlama()
  const gpuModules = await ensureGpuModules()
  const folder = engineBuildFolder(flavour)
  if (!existsSync(join(folder, 'build.ninja'))) say(`Building the engine (${flavour}) …`)
  await configure(folder, [
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCHATGLM_LLAMA_ROOT=${llama}`,
    ...(gpuModules === null ? [] : [`-DCHATGLM_GPU_MODULES=${gpuModules}`]),
    ...(flavour === 'sanitize' ? ['-DCHATGLM_SANITIZE=ON'] : []),
    ...(options.tests ? ['-DCHATGLM_BUILD_TESTS=ON'] : []),
    ...(options.bench ? ['-DCHATGLM_BUILD_BENCH=ON'] : []),
  ])
  const targets = [
    'chatglm-engine',
    'ggml-rpc',
    'rpc-server',
    ...(options.tests ? ['all'] : []),
    ...(options.bench ? ['bench-random_model', 'bench-overhead'] : []),
  ]
  await run('cmake', ['--build', folder, '--target', ...targets])
}
