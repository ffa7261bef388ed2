import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { engineBuildFolder } from './engine-build.ts'
import { cacheFolder } from './paths.ts'
import { say } from './run.ts'

/** Programs and files that the benchmarks need. */
export interface BenchFiles {
  overheadProgram: string
  /** A GGUF of ChatGLM2-6B's shape with random weights. */
  randomModel: string
  folder: string
}

/** Makes what the benchmarks need, once, outside the checkout. */
export async function ensureBenchFiles(): Promise<BenchFiles> {
  const folder = join(cacheFolder, 'bench')
  const programs = join(engineBuildFolder('release'), 'bin')
  const randomModel = join(folder, 'random-6b-q4_0.gguf')
  await mkdir(folder, { recursive: true })
  const isMade = await stat(randomModel).then(
    () => true,
    () => false,
  )
  if (!isMade) {
    say('Writing a random model of the 6B shape (4.3 GB) …')
    await execa(join(programs, 'bench-random_model'), [randomModel], { stderr: 'inherit' })
  }
  return { overheadProgram: join(programs, 'bench-overhead'), randomModel, folder }
}
