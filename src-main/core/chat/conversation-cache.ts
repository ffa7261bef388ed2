import { rm } from 'node:fs/promises'
import type { ConversationCacheOptions } from '../../shared/engine-api.ts'
import type { Logger } from '../logger.ts'
import { diskUse } from '../models/disk-use.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { staleConversationsKey } from '../store/store-operations.ts'

export interface ConversationCacheServices {
  folder: string
  engine: EngineProcess
  settings: SettingsService
  store: StoreClient
  log: Logger
}

/**
 * What the engine keeps on the disk of conversations that it has read. It tells as much as the
 * chats themselves, so it goes when one of them is deleted for good. What is of which chat cannot
 * be told, since chats share what they begin with; so all of it goes, and is computed again.
 */
export class ConversationCache {
  private keepsNothing: boolean

  constructor(private readonly services: ConversationCacheServices) {
    const { settings, store, log } = services
    const note = (error: unknown) => log.error('the memory of conversations was not cleared', error)
    this.keepsNothing = this.limitBytes() === 0
    settings.onChange(() => {
      const turnsOff = this.limitBytes() === 0 && !this.keepsNothing
      this.keepsNothing = this.limitBytes() === 0
      if (turnsOff) this.clear().catch(note)
    })
    store.onPurge(() => void this.clear().catch(note))
  }

  /** Clears what a purge or a change of the settings did not, as the app ended in between. */
  async takeUp(): Promise<void> {
    const stored = await this.services.store.ask('settings.read', {})
    if (stored[staleConversationsKey] === true || this.keepsNothing) await this.clear()
  }

  /** For `model.load`; empty when nothing is to be kept. */
  loadOptions(): { conversationCache?: ConversationCacheOptions } {
    const { folder } = this.services
    const limitBytes = this.limitBytes()
    return limitBytes === 0 ? {} : { conversationCache: { folder, limitBytes } }
  }

  sizeBytes(): Promise<number> {
    return diskUse(this.services.folder)
  }

  /** Forgets all of it, in the memory of the engine too. */
  async clear(): Promise<void> {
    const { engine, folder, store } = this.services
    const keepNothing = this.limitBytes() === 0
    if (engine.state.type === 'ready')
      await (await engine.start()).request('cache.clear', { keepNothing })
    await rm(folder, { recursive: true, force: true })
    await store.ask('settings.write', { key: staleConversationsKey, value: false })
  }

  private limitBytes(): number {
    return this.services.settings.read().conversationCacheBytes
  }
}
