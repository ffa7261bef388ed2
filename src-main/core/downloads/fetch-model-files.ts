import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CatalogueFile } from '../../shared/catalogue.ts'
import { withController } from './abort.ts'
import { BandwidthLimiter } from './bandwidth-limiter.ts'
import { badPath, folderFailure, noSource } from './download-failure.ts'
import { defaultLimits } from './download-limits.ts'
import { freeBytesOf } from './disk-space.ts'
import { FileFetch } from './fetch-file.ts'
import type { FetchedFile, FetchOptions, FetchResult } from './fetch-types.ts'
import { FileLedger } from './file-ledger.ts'
import { lockFolder } from './folder-lock.ts'
import { ModelSources } from './model-sources.ts'
import { Network } from './network.ts'
import { partBytes } from './part-file.ts'
import { ProgressTeller } from './progress-teller.ts'

const defaultConnections = 4
const defaultReserveBytes = 512 * 2 ** 20

/**
 * Brings the files of a model into a folder, each with its hash compared. Goes on where an earlier
 * call was stopped, wherever that was. Waits by itself for what passes by itself. Throws AppError
 * when a person must do something, and the reason of the signal.
 */
export async function fetchModelFiles(options: FetchOptions): Promise<FetchResult> {
  const { model, folder, signal } = options
  for (const { path } of model.files) if (!isInside(path)) throw badPath(path)
  try {
    await mkdir(folder, { recursive: true })
    return await withController(signal, async (controller) => {
      const unlock = await lockFolder(folder, (error) => controller.abort(error))
      try {
        return await fetchLocked({ ...options, signal: controller.signal })
      } finally {
        await unlock()
      }
    })
  } catch (error) {
    signal.throwIfAborted()
    throw folderFailure(folder, error)
  }
}

async function fetchLocked(options: FetchOptions): Promise<FetchResult> {
  const { model, folder, signal } = options
  const limits = { ...defaultLimits, ...options.limits }
  const progress = new ProgressTeller(options.onProgress)
  const ledger = await FileLedger.open(folder)
  const { sound, missing } = await look(options, ledger, progress)
  const files: FetchedFile[] = [...sound]
  const setAside: FetchResult['setAside'] = []
  progress.tell({ type: 'checking' })
  if (missing.length === 0) return { files, setAside }

  const network = await Network.open(options.network)
  try {
    const sources = ModelSources.of(options.sources, { model, network, limits })
    if (sources.isEmpty) throw noSource(model.name)
    if (options.race === true && missing[0]) await sources.race(missing[0].path, signal)
    const toFetch = missing.map((file) => ({
      file,
      fetch: new FileFetch({
        ...{ file, folder, limits, progress, signal },
        sources: sources.ofFile(file),
        adoptFrom: options.adoptFrom ?? [],
        connections: options.connections ?? defaultConnections,
        limiter: options.limiter ?? new BandwidthLimiter(null),
        space: {
          folder,
          neededBytes: () => progress.missingBytes + (options.reserveBytes ?? defaultReserveBytes),
          freeBytes: options.freeBytes ?? freeBytesOf,
          checkMs: limits.diskCheckMs,
          onWaiting: ({ code, message }, retryAtMs) =>
            progress.tell({ type: 'waiting', failure: { code, message }, retryAtMs }),
        },
        onSetAside: (movedTo) => setAside.push({ path: file.path, movedTo }),
      }),
    }))
    // All sizes first: a total that grows would make the time left a lie, and the room needed, too.
    for (const { file, fetch } of toFetch)
      if (file.sizeBytes === null) progress.setSize(file.path, await fetch.learnSize())
    toFetch.sort((a, b) => progress.sizeOf(a.file.path) - progress.sizeOf(b.file.path))
    for (const { fetch } of toFetch) {
      const fetched = await fetch.run()
      await ledger.add(fetched)
      files.push(fetched)
    }
    return { files, setAside }
  } finally {
    network.close()
  }
}

/** A catalogue may come from anywhere. */
const isInside = (path: string): boolean =>
  path !== '' &&
  !path.split(/[\\/]/).some((part) => part === '..' || part === '') &&
  !path.includes(':')

/** Sees which files are there, before the network is asked; small ones come first. */
async function look({ model, folder }: FetchOptions, ledger: FileLedger, progress: ProgressTeller) {
  const sound: FetchedFile[] = []
  const missing: CatalogueFile[] = []
  for (const file of model.files) {
    const known = await ledger.find(file)
    if (known) sound.push(known)
    else missing.push(file)
    const doneBytes = known?.sizeBytes ?? (await partBytes(join(folder, file.path)))
    progress.setFile(file.path, doneBytes, known?.sizeBytes ?? file.sizeBytes)
  }
  missing.sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))
  return { sound, missing }
}
