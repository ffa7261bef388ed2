import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureGpuModules, ensureLlama } from './llama-libraries.ts'
import { hostPlatform, outFolder, root } from './paths.ts'
import { run, say } from './run.ts'
import { ensureZig } from './zig-compiler.ts'

const sanitizers = { release: '', sanitize: 'address,undefined', tsan: 'thread' }

/** A build for this computer. `tsan` has only the tests of what runs at the same time. */
export type HostFlavour = keyof typeof sanitizers

/** The builds for this computer, and the presets of `engine/CMakePresets.json`. */
export type EngineFlavour = HostFlavour | EnginePreset

const presetPlatforms = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'win-x64': 'win32-x64',
  'mac-arm64': 'darwin-arm64',
  'mac-x64': 'darwin-x64',
}

/** A system and a processor that the engine can be built for on another. */
export type EnginePreset = keyof typeof presetPlatforms

export const isEnginePreset = (name: string): name is EnginePreset => name in presetPlatforms

export interface EngineBuildOptions {
  tests: boolean
  bench?: boolean
  /** What is built in place of everything. */
  targets?: string[]
}

/** The folder of a build of the engine; its programs are in `bin`. */
export const engineBuildFolder = (flavour: EngineFlavour): string =>
  join(outFolder, 'engine', flavour)

/**
 * Configures the build unless that was done with the same settings. Tests and benchmarks stay
 * configured once they were asked for; ninja itself notices changed CMake files.
 */
async function configure(
  folder: string,
  flavour: EngineFlavour,
  settings: string[],
): Promise<void> {
  const stampFile = join(folder, 'settings.txt')
  const wanted = settings.join('\n')
  const current = await readFile(stampFile, 'utf8').catch(() => '')
  if (current === wanted && existsSync(join(folder, 'build.ninja'))) return
  const build = isEnginePreset(flavour) ? ['--preset', flavour] : ['-G', 'Ninja']
  await run('cmake', ['-S', join(root, 'engine'), '-B', folder, ...build, ...settings])
  await writeFile(stampFile, wanted)
}

/** Builds the engine, and its tests and benchmarks when asked. A moment when nothing changed. */
export async function buildEngine(
  flavour: EngineFlavour,
  options: EngineBuildOptions,
): Promise<void> {
  const platform = isEnginePreset(flavour) ? presetPlatforms[flavour] : hostPlatform
  const llama = await ensureLlama(platform)
  const gpuModules = await ensureGpuModules(platform)
  const folder = engineBuildFolder(flavour)
  if (!existsSync(join(folder, 'build.ninja'))) say(`Building the engine (${flavour}) …`)
  await configure(folder, flavour, [
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCHATGLM_LLAMA_ROOT=${llama}`,
    ...(gpuModules === null ? [] : [`-DCHATGLM_GPU_MODULES=${gpuModules}`]),
    ...(flavour.startsWith('mac-') && process.platform !== 'darwin'
      ? [`-DCHATGLM_ZIG=${await ensureZig()}`]
      : []),
    ...(isEnginePreset(flavour) ? [] : [`-DCHATGLM_SANITIZE=${sanitizers[flavour]}`]),
    ...(options.tests ? ['-DCHATGLM_BUILD_TESTS=ON'] : []),
    ...(options.bench ? ['-DCHATGLM_BUILD_BENCH=ON'] : []),
  ])
  const programs = ['chatglm-engine', 'ggml-rpc', 'rpc-server']
  const targets = options.targets ?? [
    ...(flavour === 'tsan' ? ['races_tests'] : programs),
    ...(options.tests && flavour !== 'tsan' ? ['all'] : []),
    ...(options.bench
      ? ['random_model', 'overhead', 'speed', 'limits', 'replies', 'restore'].map(
          (name) => `bench-${name}`,
        )
      : []),
  ]
  await run('cmake', ['--build', folder, '--target', ...targets])
}
