import { cp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cachedFolder, fillFolder } from './cached-folder.ts'
import { ensureLlama, readLock } from './llama-libraries.ts'
import { run, say } from './run.ts'

const programs = ['llama-bench', 'llama-batched-bench']

/** For this processor alone and with OpenMP, as a person would build it to be fast. */
const options = {
  CMAKE_BUILD_TYPE: 'Release',
  GGML_NATIVE: 'ON',
  GGML_OPENMP: 'ON',
  BUILD_SHARED_LIBS: 'OFF',
  LLAMA_BUILD_TESTS: 'OFF',
  LLAMA_BUILD_EXAMPLES: 'OFF',
  LLAMA_BUILD_SERVER: 'OFF',
  LLAMA_BUILD_APP: 'OFF',
  LLAMA_CURL: 'OFF',
  LLAMA_OPENSSL: 'OFF',
}

/**
 * Builds the benchmarks of llama.cpp itself from the pinned source, once, and returns their folder.
 * Takes about ten minutes.
 */
export async function ensureLlamaBench(platform: string): Promise<string> {
  const { release, source } = await readLock()
  const folder = cachedFolder('llama', `${release}-bench-native`, source)
  await fillFolder(folder, async (draft) => {
    say(`Building llama-bench of llama.cpp ${release} …`)
    const build = join(draft, 'build')
    const flags = Object.entries(options).map(([name, value]) => `-D${name}=${value}`)
    const from = join(await ensureLlama(platform), 'source')
    await run('cmake', ['-S', from, '-B', build, '-G', 'Ninja', ...flags])
    const jobs = String(availableParallelism())
    await run('cmake', ['--build', build, '-j', jobs, '--target', ...programs])
    for (const name of programs) await cp(join(build, 'bin', name), join(draft, name))
    await rm(build, { recursive: true })
  })
  return folder
}
