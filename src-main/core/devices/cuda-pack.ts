import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import registryUrl from 'registry-url'
import type { CatalogueFile } from '../../shared/catalogue.ts'
import { AppError } from '../../shared/errors.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { fetchModelFiles } from '../downloads/fetch-model-files.ts'
import type { NetworkOptions } from '../downloads/network.ts'
import { ProgressMeter } from '../progress-meter.ts'
import { type CudaPackFile, readCudaPack, runtimeArchives } from './cuda-pack-file.ts'
import type { DeviceService } from './device-service.ts'

export interface CudaPackOptions {
  packFile: string
  packsFolder: string
  devices: DeviceService
  events: AppEventBus
  network: () => NetworkOptions
  /** Where packages come from; the registry of npm's own settings unless told. */
  registry?: string
}

/** NVIDIA's libraries are missing; without its driver they would not help. */
const runtimeIsMissing = /(cudart|cublas)/i

/** Brings CUDA onto this computer: the module, and NVIDIA's runtime libraries where they miss. */
export class CudaPack {
  private installing: Promise<void> | undefined

  constructor(private readonly options: CudaPackOptions) {}

  /** Downloads, checks, unpacks and probes. Throws AppError `device.*` or `download.*`. */
  install(): Promise<void> {
    return (this.installing ??= this.run().finally(() => {
      this.installing = undefined
      this.options.events.emit({ event: 'device.installing', payload: { progress: null } })
    }))
  }

  private async run(): Promise<void> {
    const { devices, packFile } = this.options
    const pack = await readCudaPack(packFile)
    await this.installModule(pack)
    await devices.probe()
    const state = devices.read().backends.find(({ backend }) => backend === 'cuda')?.state
    if (state?.type !== 'unusable' || !runtimeIsMissing.test(state.reason)) return
    await this.installRuntime(pack)
    await devices.probe()
  }

  private async installModule(pack: CudaPackFile): Promise<void> {
    const { packsFolder, registry = registryUrl() } = this.options
    const name = `${basename(pack.package)}-${pack.version}.tgz`
    const work = join(packsFolder, 'fetching')
    const base = `${registry.replace(/\/+$/, '')}/${dirname(pack.package)}`
    const id = basename(pack.package)
    const file = { path: `-/${name}`, sizeBytes: null, sha256: null }
    const [archive = ''] = await this.fetch(base, id, work, [file])
    if ((await integrityOf(archive)) !== pack.integrity) {
      await rm(work, { recursive: true, force: true })
      throw new AppError('device.pack_damaged', 'The CUDA module arrived damaged. Try again.')
    }
    await this.unpack(archive, (path) => basename(path) === pack.module)
    await rm(work, { recursive: true, force: true })
  }

  private async installRuntime({ runtime }: CudaPackFile): Promise<void> {
    const work = join(this.options.packsFolder, 'fetching')
    const [base, id] = [dirname(dirname(runtime.index)), basename(dirname(runtime.index))]
    const index = { path: basename(runtime.index), sizeBytes: null, sha256: null }
    const [indexFile = ''] = await this.fetch(base, id, join(work, 'index'), [index])
    const list: unknown = JSON.parse(await readFile(indexFile, 'utf8'))
    const archives = await this.fetch(base, id, work, runtimeArchives(list, runtime))
    const isLibrary = new RegExp(runtime.libraries)
    for (const archive of archives) await this.unpack(archive, (path) => isLibrary.test(path))
    await rm(work, { recursive: true, force: true })
  }

  /** Fetches files with the same downloader as models, and answers where they are. */
  private async fetch(base: string, id: string, folder: string, files: CatalogueFile[]) {
    const meter = new ProgressMeter()
    await mkdir(folder, { recursive: true })
    await fetchModelFiles({
      model: { id, name: id, files, sources: {} },
      ...{ folder, sources: [{ kind: 'custom', base }], network: this.options.network() },
      signal: new AbortController().signal,
      onProgress: ({ doneBytes, totalBytes }) =>
        this.options.events.emit({
          event: 'device.installing',
          // Until all sizes are known there is no share to show.
          payload: { progress: meter.update(doneBytes, totalBytes ?? 0, performance.now()) },
        }),
    })
    return files.map(({ path }) => join(folder, path))
  }

  /** Takes the wanted files out of an archive; the system's tar knows all its forms. */
  private async unpack(archive: string, isWanted: (path: string) => boolean): Promise<void> {
    const draft = join(this.options.packsFolder, 'unpacking')
    const cuda = join(this.options.packsFolder, 'cuda')
    await rm(draft, { recursive: true, force: true })
    await mkdir(draft, { recursive: true })
    await mkdir(cuda, { recursive: true })
    await execa('tar', ['-xf', archive, '-C', draft])
    for (const name of await readdir(draft, { recursive: true })) {
      if (!isWanted(name)) continue
      const draftFile = join(cuda, `${basename(name)}.new`)
      await copyFile(join(draft, name), draftFile) // a link becomes the library that it names
      await rename(draftFile, join(cuda, basename(name)))
    }
    await rm(draft, { recursive: true, force: true })
  }
}

async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(file)) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk)
  }
  return `sha512-${hash.digest('base64')}`
}
