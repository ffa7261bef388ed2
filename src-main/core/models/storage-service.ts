import { mkdir, statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { AppError } from '../../shared/errors.ts'
import type { ModelStorage } from '../../shared/models.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { ProgressMeter } from '../progress-meter.ts'
import { diskUse } from './disk-use.ts'
import type { ModelDownloads } from './model-downloads.ts'
import type { ModelService } from './model-service.ts'
import type { ModelsFolder } from './models-folder.ts'
import type { PackedWeights } from './packed-weights.ts'

export interface StorageServices {
  folder: ModelsFolder
  downloads: ModelDownloads
  models: ModelService
  packedWeights: PackedWeights
  events: AppEventBus
}

/** How often the pages are told of progress. */
const tellMs = 250

/** Says what models take on the disk, and moves them to another. */
export class StorageService {
  private moving: AbortController | undefined

  constructor(private readonly services: StorageServices) {}

  async read(): Promise<ModelStorage> {
    const { packedWeights } = this.services
    const folder = this.services.folder.path()
    await mkdir(folder, { recursive: true })
    const { bavail, bsize } = await statfs(folder)
    return {
      ...{ folder, freeBytes: bavail * bsize },
      usedBytes: await diskUse(folder),
      packedBytes: await packedWeights.sizeBytes(),
    }
  }

  /**
   * Downloads pause and the loaded model is unloaded meanwhile. A cancelled move leaves everything
   * where it was. Throws AppError `storage.*`.
   */
  async move(to: string | null): Promise<ModelStorage> {
    const { folder, downloads, models, events } = this.services
    if (this.moving)
      throw new AppError('storage.is_moving', 'The models are being moved. Wait, or cancel that.')
    const { signal } = (this.moving = new AbortController())
    const meter = new ProgressMeter()
    const tell = throttled((doneBytes: number, totalBytes: number) =>
      events.emit({
        event: 'storage.moving',
        payload: { progress: meter.update(doneBytes, totalBytes, performance.now()) },
      }),
    )
    try {
      await downloads.suspend(() => models.withoutFiles(() => folder.move(to, signal, tell)))
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.moving = undefined
      events.emit({ event: 'storage.moving', payload: { progress: null } })
    }
    return this.read()
  }

  /** Stops a move as long as files are being copied; does nothing else. */
  cancelMove(): void {
    this.moving?.abort()
  }
}

/** Passes on the first call, and others when the last one is some time ago. */
function throttled(call: (doneBytes: number, totalBytes: number) => void): typeof call {
  let lastMs = Number.NEGATIVE_INFINITY
  return (doneBytes, totalBytes) => {
    if (performance.now() - lastMs < tellMs) return
    lastMs = performance.now()
    call(doneBytes, totalBytes)
  }
}
