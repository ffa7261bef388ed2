import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extractPackage, type LockedPackage } from './extract-package.ts'
import { cacheFolder, root } from './paths.ts'
import { run, say, SetupError } from './run.ts'

interface LlamaLock {
  release: string
  source: LockedPackage & { bundle: string }
  prebuilt: Record<string, LockedPackage & { folder: string }>
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Fetches the pinned llama.cpp of `engine/llama.lock.json` (headers, prebuilt libraries of this
 * platform, source) into the cache and returns its folder. A folder that exists is complete, since
 * it gets its name last.
 */
export async function ensureLlama(): Promise<string> {
  const lock = JSON.parse(await readFile(join(root, 'engine/llama.lock.json'), 'utf8')) as LlamaLock
  const platform = `${process.platform}-${process.arch}`
  const prebuilt = lock.prebuilt[platform]
  if (!prebuilt) {
    throw new SetupError(
      `There are no prebuilt llama.cpp libraries for ${platform}. Build the engine with CHATGLM_LLAMA_FROM_SOURCE.`,
    )
  }
  const key = `${lock.release}-${platform}-${prebuilt.integrity.slice(7, 15).replace(/\W/g, '_')}`
  const folder = join(cacheFolder, 'llama', key)
  if (await exists(folder)) return folder

  say(`Fetching llama.cpp ${lock.release} for ${platform} …`)
  const draft = `${folder}.${process.pid}`
  const packages = `${draft}.packages`
  await mkdir(draft, { recursive: true })
  try {
    await extractPackage(lock.source, join(packages, 'source'))
    await extractPackage(prebuilt, join(packages, 'prebuilt'))
    await run('git', [
      'clone',
      '--quiet',
      join(packages, 'source', lock.source.bundle),
      join(draft, 'source'),
    ])
    await cp(join(packages, 'prebuilt', prebuilt.folder), join(draft, 'lib'), {
      recursive: true,
      filter: (path) => !path.endsWith('.node') && !path.endsWith('.json'),
    })
    for (const [from, to] of [
      ['include', 'include'],
      ['ggml/include', 'include'],
      ['vendor/nlohmann', 'include/nlohmann'],
      ['LICENSE', 'LICENSE'],
    ] as const) {
      await cp(join(draft, 'source', from), join(draft, to), { recursive: true })
    }
    await writeFile(join(draft, 'RELEASE'), `${lock.release}\n`)
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error // else another set-up was faster
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(packages, { recursive: true, force: true })
  }
  return folder
}
