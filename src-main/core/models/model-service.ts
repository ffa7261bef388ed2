import type { LoadedModel } from '../../shared/engine-api.ts'
import type { EngineState } from '../../shared/engine-state.ts'
import { AppError, failureOf } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/ids.ts'
import type { ModelState } from '../../shared/models.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { ConversationCache } from '../chat/conversation-cache.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { FitService } from './fit-service.ts'
import { demoModelId, type ModelLibrary } from './model-library.ts'
import type { ModelOnDisk } from './model-manifest.ts'
import type { PackedWeights } from './packed-weights.ts'
import { placeModel } from './place-model.ts'
import { prepareModel } from './prepare-model.ts'

export interface ModelServices {
  engine: EngineProcess
  library: ModelLibrary
  settings: SettingsService
  events: AppEventBus
  log: Logger
  fit: FitService
  conversationCache: ConversationCache
  packedWeights: PackedWeights
  /** Where downloaded models are kept. */
  downloadedFolder: () => string
}

/** A loaded model and the engine that holds it. */
export interface ReadyModel {
  client: EngineClient
  loaded: LoadedModel
}

interface Loading {
  abort: AbortController
  ended: Promise<void>
}

/** Owns which model the engine holds: loads, converts before, unloads, and notices crashes. */
export class ModelService {
  private state: ModelState = { type: 'none' }
  private names = new Map<ModelId, string>()
  private engineClient: EngineClient | undefined
  private loading: Loading | undefined
  private readonly listeners = new Set<() => void>()

  constructor(private readonly services: ModelServices) {
    services.engine.onStateChange((state) => this.onEngineState(state))
  }

  read(): ModelState {
    return this.state
  }

  isLoaded(): boolean {
    return this.state.type === 'ready'
  }

  /** The loaded model. Throws AppError `model.none` when there is none. */
  loaded(): ReadyModel {
    if (this.state.type === 'ready' && this.engineClient)
      return { client: this.engineClient, loaded: this.state.loaded }
    throw noModel()
  }

  /** The name of the model that writes replies now, if it is known. */
  currentName(): string | null {
    return this.state.type === 'none' ? null : (this.names.get(this.state.modelId) ?? null)
  }

  /**
   * Waits until a model is loaded, and loads the last one when none is. Throws AppError: why
   * loading failed, `model.none`, or `model.cancelled` when the signal is aborted.
   */
  async ready(signal: AbortSignal): Promise<ReadyModel> {
    const { lastModelId } = this.services.settings.read()
    if (this.state.type === 'none' && lastModelId !== null)
      await this.loadUnlessCrashed(lastModelId)
    for (;;) {
      if (signal.aborted) throw new AppError('model.cancelled', 'The reply was stopped.')
      if (this.state.type === 'ready') return this.loaded()
      if (this.state.type === 'none') throw noModel()
      if (this.state.type === 'failed') {
        const { code, message } = this.state.failure
        throw new AppError(code, message)
      }
      await this.nextChange(signal)
    }
  }

  /** Adds a file or folder to the list and loads it. What is no model does not stay in the list. */
  async open(path: string): Promise<ModelId> {
    const { library, engine } = this.services
    const modelId = await library.add(path)
    const model = await library.find(modelId)
    if (model.description === null)
      try {
        const client = await engine.start()
        await library.keep(modelId, await client.request('model.inspect', { path: model.path }))
      } catch (error) {
        await library.remove(modelId)
        throw error
      }
    await this.load(modelId)
    return modelId
  }

  /** As `load`, but a model that crashed the engine waits until a person asks for it. */
  async loadUnlessCrashed(modelId: ModelId): Promise<void> {
    const model = (await this.services.library.list()).find(({ id }) => id === modelId)
    if (model?.crashedAtMs === null) await this.load(modelId)
  }

  /** Starts loading and ends what was being loaded; `model.changed` tells how it goes. */
  async load(modelId: ModelId): Promise<void> {
    const { name } = await this.services.library.find(modelId)
    this.names.set(modelId, name)
    await this.cancel()
    const abort = new AbortController()
    this.setState({ type: 'loading', modelId, fraction: 0 })
    const ended = this.run(modelId, abort.signal).finally(() => {
      if (this.loading?.abort === abort) this.loading = undefined
    })
    this.loading = { abort, ended }
  }

  /** Ends a conversion or a load because a person wants it so: what is converted goes away. */
  async giveUp(): Promise<void> {
    const given = this.state.type === 'converting' ? this.state.modelId : null
    await this.cancel()
    if (given !== null) await this.services.library.removeDrafts(given)
  }

  /** Stops a conversion or a load and waits for its end. A conversion goes on at its next start. */
  async cancel(): Promise<void> {
    this.loading?.abort.abort()
    await this.loading?.ended
  }

  async unload(): Promise<void> {
    await this.cancel()
    if (this.isLoaded()) await this.services.engine.client().request('model.unload', {})
    await this.services.settings.write({ lastModelId: null })
    this.setState({ type: 'none' })
  }

  /** Adds a model that has just arrived, and loads it where nothing better is loaded. */
  async welcome(found: ModelOnDisk): Promise<ModelId> {
    const { library, engine } = this.services
    const modelId = await library.addDownloaded(found)
    const client = await engine.start()
    await library.keep(modelId, await client.request('model.inspect', { path: found.file }))
    await this.tellList()
    const hasOwn = this.state.type !== 'none' && this.state.modelId !== demoModelId
    if (!hasOwn) await this.load(modelId)
    return modelId
  }

  /** Takes up what stands in the folder of downloaded models now. */
  async scan(): Promise<void> {
    const { library, engine, downloadedFolder } = this.services
    await library.scan(downloadedFolder())
    for (const { id, kind, path, description } of await library.list()) {
      if (kind !== 'catalogue' || description !== null) continue
      const client = await engine.start()
      await library.keep(id, await client.request('model.inspect', { path }))
    }
    await this.tellList()
  }

  /** Unloads for `work`, which moves files, then finds them anew and loads what was loaded. */
  async withoutFiles(work: () => Promise<void>): Promise<void> {
    const { lastModelId } = this.services.settings.read()
    const wasLoaded = this.isLoaded()
    if (wasLoaded) await this.unload()
    try {
      await work()
    } finally {
      await this.scan()
      if (wasLoaded && lastModelId !== null) await this.loadUnlessCrashed(lastModelId)
    }
  }

  /** Forgets a model, after unloading it. */
  async remove(modelId: ModelId): Promise<void> {
    if (this.state.type !== 'none' && this.state.modelId === modelId) await this.unload()
    const { library, packedWeights } = this.services
    const { path, convertedFile } = await library.find(modelId)
    await library.remove(modelId)
    await packedWeights.forget(convertedFile ?? path)
    await this.tellList()
  }

  private async run(modelId: ModelId, signal: AbortSignal): Promise<void> {
    try {
      const { path, kind } = await this.services.library.find(modelId)
      const client = await this.services.engine.start()
      const file = await this.prepare(client, modelId, path, signal)
      const loaded = await this.loadFile(client, modelId, file, signal)
      this.engineClient = client
      await this.services.library.keep(modelId, loaded.description, file === path ? null : file)
      await this.services.library.markCrashed(modelId, null)
      this.setState({ type: 'ready', modelId, loaded })
      this.services.log.info(`loaded a ${kind} model from ${file}`)
      await this.services.settings.write({ lastModelId: modelId })
    } catch (error) {
      this.fail(modelId, error, signal)
    }
    await this.tellList()
  }

  private async prepare(client: EngineClient, modelId: ModelId, path: string, signal: AbortSignal) {
    return prepareModel(client, path, {
      modelsFolder: this.services.library.convertedFolder,
      type: 'source',
      signal,
      onProgress: (progress) => this.setState({ type: 'converting', modelId, progress }),
    })
  }

  private async loadFile(
    client: EngineClient,
    modelId: ModelId,
    path: string,
    signal: AbortSignal,
  ) {
    this.setState({ type: 'loading', modelId, fraction: 0 })
    const { threads } = this.services.settings.read()
    const placement = await placeModel(path, this.services)
    const params = {
      ...{ path, ...placement, ...(threads === null ? {} : { threads }) },
      ...this.services.conversationCache.loadOptions(),
      ...(await this.services.packedWeights.loadOptions(path)),
    }
    const onProgress = ({ fraction }: { fraction: number }) =>
      this.setState({ type: 'loading', modelId, fraction })
    return client.request('model.load', params, { signal, onProgress })
  }

  private fail(modelId: ModelId, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return this.setState({ type: 'none' })
    if (!(error instanceof AppError)) this.services.log.error('a model could not be loaded', error)
    this.setState({ type: 'failed', modelId, failure: failureOf(error) })
  }

  /** The engine that held the model is gone; a new one holds none. */
  private onEngineState(state: EngineState): void {
    if (state.type === 'ready' || this.state.type !== 'ready') return
    const { modelId } = this.state
    this.engineClient = undefined
    if (state.type === 'stopped') return this.setState({ type: 'none' })
    const message =
      'The engine ended unexpectedly. The answer so far is kept. Load the model again.'
    this.setState({ type: 'failed', modelId, failure: { code: 'model.engine_ended', message } })
    this.services.library
      .markCrashed(modelId, Date.now())
      .then(() => this.tellList())
      .catch((error: unknown) => this.services.log.error('a crash could not be noted', error))
  }

  private async tellList(): Promise<void> {
    this.services.events.emit({
      event: 'models.changed',
      payload: { models: await this.services.library.list() },
    })
  }

  private setState(state: ModelState): void {
    this.state = state
    this.services.events.emit({ event: 'model.changed', payload: { state } })
    for (const listener of [...this.listeners]) listener()
  }

  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.listeners.delete(end)
        signal.removeEventListener('abort', end)
        resolve()
      }
      this.listeners.add(end)
      signal.addEventListener('abort', end)
    })
  }
}

const noModel = () => new AppError('model.none', 'No model is loaded. Choose one first.')
