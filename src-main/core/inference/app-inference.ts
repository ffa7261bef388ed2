import type { SamplingOptions } from '../../shared/engine-api.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { ModelService } from '../models/model-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import {
  type InferenceModel,
  type InferenceSource,
  type ServedModel,
  servedName,
} from './inference-source.ts'

/** The app's own model, for programs that ask over HTTP. */
export class AppInference implements InferenceSource {
  private readonly startedAtMs = Date.now()
  private reloading: Promise<void> | undefined

  constructor(
    private readonly models: ModelService,
    private readonly settings: SettingsService,
    private readonly engine: EngineProcess,
  ) {}

  current(): ServedModel | null {
    return this.models.isLoaded() ? this.served() : null
  }

  async ready(signal: AbortSignal): Promise<InferenceModel> {
    await this.loadAfterCrash()
    const { client, loaded } = await this.models.ready(signal)
    return { client, family: loaded.description.family, ...this.served() }
  }

  sampling(): SamplingOptions {
    return this.settings.read().sampling
  }

  /**
   * A person decides by themselves whether to load a model that crashed the engine; nobody sits
   * before a program that asks. An engine that was given up stays that way.
   */
  private async loadAfterCrash(): Promise<void> {
    const state = this.models.read()
    const hasCrashed = state.type === 'failed' && state.failure.code === 'model.engine_ended'
    if (!hasCrashed || this.engine.state.type === 'failed') return
    // Many may ask at once, and a second load would end the first.
    this.reloading ??= this.models.load(state.modelId).finally(() => (this.reloading = undefined))
    await this.reloading
  }

  private served(): ServedModel {
    const id = servedName(this.models.currentName() ?? '')
    return { id, loadedAtMs: this.startedAtMs }
  }
}
