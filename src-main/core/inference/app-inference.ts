import type { SamplingOptions } from '../../shared/engine-api.ts'
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

  constructor(
    private readonly models: ModelService,
    private readonly settings: SettingsService,
  ) {}

  current(): ServedModel | null {
    return this.models.isLoaded() ? this.served() : null
  }

  async ready(signal: AbortSignal): Promise<InferenceModel> {
    const { client } = await this.models.ready(signal)
    return { client, ...this.served() }
  }

  sampling(): SamplingOptions {
    return this.settings.read().sampling
  }

  private served(): ServedModel {
    const id = servedName(this.models.currentName() ?? '')
    return { id, loadedAtMs: this.startedAtMs }
  }
}
