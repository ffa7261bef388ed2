import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { engineBuildFolder } from './engine-build.ts'
import { ensureLlamaBench } from './llama-bench.ts'
import { cacheFolder, hostPlatform } from './paths.ts'
import { say } from './run.ts'

/** Programs and files that the benchmarks need. */
export interface BenchFiles {
  overheadProgram: string
  /** A GGUF of ChatGLM2-6B's shape with random weights. */
  randomModel: string
  folder: string
}

const programs = join(engineBuildFolder('release'), 'bin')

/** A GGUF of ChatGLM2-6B's shape, but for the number of its layers. */
export async function ensureRandomModel(weights: 'q4_0' | 'q8_0', layers: number): Promise<string> {
  const folder = join(cacheFolder, 'bench')
  const size = layers === 28 ? '6b' : `6b-${layers}-layers`
  const path = join(folder, `random-${size}-${weights}.gguf`)
  await mkdir(folder, { recursive: true })
  const isMade = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isMade) {
    say(`Writing a random model of the 6B shape (${weights}, ${layers} layers) …`)
    const args = [path, weights, String(layers)]
    await execa(join(programs, 'bench-random_model'), args, { stderr: 'inherit' })
  }
  return path
}

/** What `bench:engine` measures with. */
export async function ensureSpeedPrograms() {
  return {
    opponents: await ensureLlamaBench(hostPlatform),
    speed: join(programs, 'bench-speed'),
    limits: join(programs, 'bench-limits'),
    replies: join(programs, 'bench-replies'),
    restore: join(programs, 'bench-restore'),
    engine: join(programs, 'chatglm-engine'),
  }
}

/** Makes what the benchmarks need, once, outside the checkout. */
export async function ensureBenchFiles(): Promise<BenchFiles> {
  const randomModel = await ensureRandomModel('q4_0', 28)
  const folder = join(cacheFolder, 'bench')
  return { overheadProgram: join(programs, 'bench-overhead'), randomModel, folder }
}
