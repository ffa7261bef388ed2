import { mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { AdapterChoice, InstalledAdapter } from '../../shared/adapters.ts'
import type { ChatSettings } from '../../shared/chat.ts'
import type { AdapterUse } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { adapterId, type AdapterId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { sha256OfFile } from '../downloads/hash-file.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import { exists } from '../models/disk-use.ts'
import type { ModelService } from '../models/model-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { adapterFileName, adapterName } from './adapter-name.ts'

export interface AdapterServices {
  store: StoreClient
  engine: EngineProcess
  models: ModelService
  settings: SettingsService
  events: AppEventBus
  /** Where their files are kept; nothing else is in it. */
  folder: string
}

/** Owns the adapters that chats can be written with, and their files. */
export class AdapterService {
  /** One at a time: what a crash leaves has always the same name, and does not pile up. */
  private adding: Promise<unknown> = Promise.resolve()

  constructor(private readonly services: AdapterServices) {}

  /** Those whose file is there. */
  async list(): Promise<InstalledAdapter[]> {
    const known = await this.services.store.ask('adapter.list', {})
    const areThere = await Promise.all(known.map((adapter) => exists(this.fileOf(adapter))))
    return known.filter((_, index) => areThere[index])
  }

  /** Throws why it cannot be converted; then nothing is left of it. */
  async add(path: string): Promise<InstalledAdapter> {
    const adding = this.adding.then(() => this.convert(resolve(path)))
    this.adding = adding.catch(() => undefined) // whoever asked is told
    return adding
  }

  /** Forgets an adapter and deletes its file. New chats are written without it. */
  async remove(id: AdapterId): Promise<void> {
    await this.services.store.ask('adapter.remove', { adapterId: id })
    await rm(this.folderOf(id), { recursive: true, force: true })
    const { settings } = this.services
    if (settings.read().newChatAdapter?.adapterId === id)
      await settings.write({ newChatAdapter: null })
    await this.tell()
  }

  /**
   * What the engine is asked with; empty where nothing is chosen, or a server answers. Throws
   * AppError `adapter.gone`.
   */
  async forEngine({
    adapter,
    remote,
  }: Pick<ChatSettings, 'adapter' | 'remote'>): Promise<{ adapter?: AdapterUse }> {
    return adapter && !remote ? { adapter: await this.find(adapter) } : {}
  }

  /**
   * Refuses another adapter than before that the loaded model cannot be used with. While none is
   * loaded, whether it fits is seen when a reply starts. Throws AppError `adapter.gone`, or the
   * engine's reason.
   */
  async checkChange(
    before: AdapterChoice | null | undefined,
    after: AdapterChoice | undefined,
  ): Promise<void> {
    if (!after || isDeepStrictEqual(before, after)) return
    const adapter = await this.find(after)
    const { models } = this.services
    if (models.isLoaded()) await models.loaded().client.request('adapter.check', { adapter })
  }

  private async convert(source: string): Promise<InstalledAdapter> {
    const { engine, folder, store } = this.services
    const client = await engine.start()
    await mkdir(folder, { recursive: true })
    const draft = join(folder, 'new.gguf')
    try {
      const converted = await client.request('adapter.convert', { source, destination: draft })
      const id = adapterId(await sha256OfFile(draft, new AbortController().signal))
      const known = (await store.ask('adapter.list', {})).find((adapter) => adapter.id === id)
      const fresh = { name: adapterName(source), addedAtMs: Date.now() }
      const adapter = { ...fresh, ...known, ...converted, id }
      await mkdir(this.folderOf(id), { recursive: true })
      await rename(draft, this.fileOf(adapter))
      await store.ask('adapter.put', adapter)
      await this.tell()
      return adapter
    } finally {
      await rm(draft, { force: true })
    }
  }

  private async find({ adapterId: id, scale }: AdapterChoice): Promise<AdapterUse> {
    const found = (await this.list()).find((adapter) => adapter.id === id)
    if (!found) throw adapterGone()
    const path = this.fileOf(found)
    return found.description.type === 'lora' ? { path, scale } : { path }
  }

  private folderOf(id: AdapterId): string {
    return join(this.services.folder, id)
  }

  /** Named so that a person knows it where the engine says what is wrong with it. */
  private fileOf({ id, name }: InstalledAdapter): string {
    return join(this.folderOf(id), adapterFileName(name))
  }

  private async tell(): Promise<void> {
    const payload = { adapters: await this.list() }
    this.services.events.emit({ event: 'adapters.changed', payload })
  }
}

function adapterGone(): AppError {
  return new AppError(
    'adapter.gone',
    'The adapter of this chat is gone. Add it again on the Models page, or choose another one or none in the settings of the chat.',
  )
}
