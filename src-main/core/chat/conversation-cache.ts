import { rm } from 'node:fs/promises'
import type { ConversationCacheOptions } from '../../shared/engine-api.ts'
import { diskUse } from '../models/disk-use.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { SettingsService } from '../settings/settings-service.ts'

/**
 * What the engine keeps on the disk of conversations that it has read. It tells as much as the
 * chats themselves, so it goes when one of them is deleted for good.
 */
export class ConversationCache {
  constructor(
    private readonly folder: string,
    private readonly engine: EngineProcess,
    private readonly settings: SettingsService,
  ) {}

  /** For `model.load`; empty when nothing is to be kept. */
  loadOptions(): { conversationCache?: ConversationCacheOptions } {
    const limitBytes = this.settings.read().conversationCacheBytes
    return limitBytes === 0 ? {} : { conversationCache: { folder: this.folder, limitBytes } }
  }

  sizeBytes(): Promise<number> {
    return diskUse(this.folder)
  }

  /** Forgets all of it, in the memory of the engine too. */
  async clear(): Promise<void> {
    const { state } = this.engine
    if (state.type === 'ready') await (await this.engine.start()).request('cache.clear', {})
    await rm(this.folder, { recursive: true, force: true })
  }
}
