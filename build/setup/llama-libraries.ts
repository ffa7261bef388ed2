import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { extractPackage, type LockedPackage } from './extract-package.ts'
import { cacheFolder, root } from './paths.ts'
import { run, say, SetupError } from './run.ts'

interface LlamaLock {
  release: string
  source: LockedPackage & { bundle: string }
  prebuilt: Record<string, LockedPackage & { folder: string }>
  vulkan: Record<string, LockedPackage & { file: string }>
}

async function readLock(): Promise<LlamaLock> {
  return JSON.parse(await readFile(join(root, 'engine/llama.lock.json'), 'utf8')) as LlamaLock
}

/** A folder in the cache; its name tells what is in it. */
function cachedFolder(release: string, platform: string, content: LockedPackage): string {
  const hash = content.integrity.slice(7, 15).replace(/\W/g, '_')
  return join(cacheFolder, 'llama', `${release}-${platform}-${hash}`)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function moveInto(draft: string, folder: string): Promise<void> {
  await rename(draft, folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error // else another set-up was faster
  })
}

/**
 * Fetches the Vulkan module of the pinned release and returns the folder that holds nothing else;
 * null where there is none (on macOS, Metal comes with the other libraries).
 */
export async function ensureGpuModules(platform: string): Promise<string | null> {
  const { release, vulkan } = await readLock()
  const module = vulkan[platform]
  if (!module) return null
  const folder = cachedFolder(release, platform, module)
  if (await exists(folder)) return folder

  say(`Fetching the Vulkan module of llama.cpp ${release} …`)
  const draft = `${folder}.${process.pid}`
  const unpacked = `${draft}.package`
  try {
    await extractPackage(module, unpacked)
    await cp(join(unpacked, module.file), join(draft, basename(module.file)))
    await moveInto(draft, folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(unpacked, { recursive: true, force: true })
  }
  return folder
}

/**
 * Fetches the pinned llama.cpp of `engine/llama.lock.json` (headers, prebuilt libraries of the
 * platform, source) into the cache and returns its folder. A folder that exists is complete, since
 * it gets its name last.
 */
export async function ensureLlama(platform: string): Promise<string> {
  const lock = await readLock()
  const prebuilt = lock.prebuilt[platform]
  if (!prebuilt) {
    throw new SetupError(
      `There are no prebuilt llama.cpp libraries for ${platform}. Build the engine with CHATGLM_LLAMA_FROM_SOURCE.`,
    )
  }
  const folder = cachedFolder(lock.release, platform, prebuilt)
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
    await moveInto(draft, folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(packages, { recursive: true, force: true })
  }
  return folder
}
