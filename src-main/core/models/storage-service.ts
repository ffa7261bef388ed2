import { mkdir, statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { ModelStorage } from '../../shared/models.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { ProgressMeter } from '../progress-meter.ts'
import { diskUse } from './disk-use.ts'
import type { ModelDownloads } from './model-downloads.ts'
import type { ModelService } from './model-service.ts'
import type { ModelsFolder } from './models-folder.ts'

export interface StorageServices {
  folder: ModelsFolder
  downloads: ModelDownloads
  models: ModelService
  events: AppEventBus
}

/** Says what models take on the disk, and moves them to another. */
export class StorageService {
  constructor(private readonly services: StorageServices) {}

  async read(): Promise<ModelStorage> {
    const folder = this.services.folder.path()
    await mkdir(folder, { recursive: true })
    const { bavail, bsize } = await statfs(folder)
    return { folder, freeBytes: bavail * bsize, usedBytes: await diskUse(folder) }
  }

  /** Downloads pause and the loaded model is unloaded meanwhile. Throws AppError `storage.*`. */
  async move(to: string | null): Promise<ModelStorage> {
    const { folder, downloads, models, events } = this.services
    const meter = new ProgressMeter()
    const tell = (doneBytes: number, totalBytes: number) =>
      events.emit({
        event: 'storage.moving',
        payload: { progress: meter.update(doneBytes, totalBytes, performance.now()) },
      })
    try {
      await downloads.suspend(() => models.withoutFiles(() => folder.move(to, tell)))
    } finally {
      events.emit({ event: 'storage.moving', payload: { progress: null } })
    }
    return this.read()
  }
}
