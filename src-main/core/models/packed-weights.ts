import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { diskUse, exists } from './disk-use.ts'

/** Of the models that were used last; another one's first start lays its weights out again. */
const mostFiles = 2
/** What a disk must have left beside a file that only saves time. */
const spareBytes = 10 * 1024 ** 3

export interface PackedWeightsServices {
  folder: string
  settings: SettingsService
  log: Logger
}

/**
 * Copies of models' weights as the engine's kernels read them, so that a model is there at once
 * when it is loaded again. The engine writes and checks them; here is decided which may be there.
 */
export class PackedWeights {
  constructor(private readonly services: PackedWeightsServices) {
    const { settings, log } = services
    settings.onChange(() => {
      if (!settings.read().keepPackedWeights)
        this.clear().catch((error: unknown) => log.error('kept weights were not deleted', error))
    })
  }

  /** For `model.load` of a file; empty when its weights are not to be kept, or cannot be. */
  async loadOptions(modelFile: string): Promise<{ packedFile?: string }> {
    const { settings, log } = this.services
    if (!settings.read().keepPackedWeights) return {}
    try {
      return await this.makeRoom(modelFile)
    } catch (error) {
      log.error('the weights of a model cannot be kept', error)
      return {}
    }
  }

  sizeBytes(): Promise<number> {
    return diskUse(this.services.folder)
  }

  /** Deletes what is kept of a file that goes away or is doubted. */
  async forget(modelFile: string): Promise<void> {
    await rm(this.fileOf(modelFile), { force: true })
  }

  async clear(): Promise<void> {
    await rm(this.services.folder, { recursive: true, force: true })
  }

  private async makeRoom(modelFile: string): Promise<{ packedFile?: string }> {
    const { folder } = this.services
    const packedFile = this.fileOf(modelFile)
    await mkdir(folder, { recursive: true })
    if (await exists(packedFile)) {
      await utimes(packedFile, new Date(), new Date())
    } else {
      const { size } = await stat(modelFile)
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < size + spareBytes) return {}
    }
    await this.removeOldest(packedFile)
    return { packedFile }
  }

  private fileOf(modelFile: string): string {
    const name = createHash('sha256').update(modelFile).digest('hex').slice(0, 16)
    return join(this.services.folder, `${name}.gguf`)
  }

  /** Leaves `current` and those that were used last; what was not finished goes, too. */
  private async removeOldest(current: string): Promise<void> {
    const { folder } = this.services
    const paths = (await readdir(folder)).map((name) => join(folder, name))
    const others = await Promise.all(
      paths
        .filter((path) => !path.startsWith(current))
        .map(async (path) => ({ path, usedAtMs: (await stat(path)).mtimeMs })),
    )
    others.sort((a, b) => b.usedAtMs - a.usedAtMs)
    const whole = others.filter(({ path }) => path.endsWith('.gguf'))
    const stays = new Set(whole.slice(0, mostFiles - 1))
    for (const other of others) if (!stays.has(other)) await rm(other.path, { force: true })
  }
}
