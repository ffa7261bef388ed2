import type { SamplingOptions } from '../../shared/engine-api.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import {
  type InferenceModel,
  type InferenceSource,
  type ServedModel,
  servedName,
} from './inference-source.ts'

/** One model that was loaded beforehand, as the command line does it. */
export class FixedInference implements InferenceSource {
  private readonly model: InferenceModel

  constructor(
    client: EngineClient,
    name: string,
    private readonly otherwise: SamplingOptions = {},
  ) {
    this.model = { client, id: servedName(name), loadedAtMs: Date.now() }
  }

  current(): ServedModel {
    return this.model
  }

  async ready(): Promise<InferenceModel> {
    return this.model
  }

  sampling(): SamplingOptions {
    return this.otherwise
  }
}
