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

const programs = join(engineBuildFolder('release'), 'bin')

async function ensureRandomModel(weights: 'q4_0' | 'q8_0'): Promise<string> {
  const folder = join(cacheFolder, 'bench')
  const path = join(folder, `random-6b-${weights}.gguf`)
  await mkdir(folder, { recursive: true })
  const isMade = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isMade) {
    say(`Writing a random model of the 6B shape (${weights}) …`)
    await execa(join(programs, 'bench-random_model'), [path, weights], { stderr: 'inherit' })
  }
  return path
}

/** What `bench:engine` measures and with which programs. */
export async function ensureSpeedFiles(): Promise<{
  speedProgram: string
  limitsProgram: string
  repliesProgram: string
  restoreProgram: string
  engineFile: string
  models: Record<'q4_0' | 'q8_0', string>
}> {
  return {
    speedProgram: join(programs, 'bench-speed'),
    limitsProgram: join(programs, 'bench-limits'),
    repliesProgram: join(programs, 'bench-replies'),
    restoreProgram: join(programs, 'bench-restore'),
    engineFile: join(programs, 'chatglm-engine'),
    models: { q4_0: await ensureRandomModel('q4_0'), q8_0: await ensureRandomModel('q8_0') },
  }
}

/** Makes what the benchmarks need, once, outside the checkout. */
export async function ensureBenchFiles(): Promise<BenchFiles> {
  const randomModel = await ensureRandomModel('q4_0')
  const folder = join(cacheFolder, 'bench')
  return { overheadProgram: join(programs, 'bench-overhead'), randomModel, folder }
}
