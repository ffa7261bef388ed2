import type { LoadedModel, SamplingOptions } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import {
  type InferenceModel,
  type InferenceSource,
  type ServedModel,
  servedName,
} from './inference-source.ts'

export interface KeptInferenceOptions {
  engine: EngineProcess
  /** The name of the model. */
  name: string
  /** Loads the model into an engine that holds none. */
  load: (client: EngineClient) => Promise<LoadedModel>
  /** What replies are sampled with where a request says nothing. */
  otherwise?: SamplingOptions
  onLoadFailed: (error: unknown) => void
}

/** One model that is loaded again whenever the engine was started anew, as the command line needs it. */
export class KeptInference implements InferenceSource {
  private readonly served: ServedModel
  private model: InferenceModel | null = null
  private holding: Promise<InferenceModel> | undefined

  /** Whoever creates it calls what `keep` returns. */
  constructor(private readonly options: KeptInferenceOptions) {
    this.served = { id: servedName(options.name), loadedAtMs: Date.now() }
  }

  /** Loads the model, and again after each crash until what this resolves to is called. */
  async keep(): Promise<() => void> {
    const forget = this.options.engine.onStateChange(({ type }) => {
      if (type === 'ready') return void this.hold().catch(this.options.onLoadFailed)
      this.model = null
      this.holding = undefined
    })
    await this.hold().catch((error: unknown) => {
      forget()
      throw error
    })
    return forget
  }

  current(): ServedModel | null {
    return this.model
  }

  /** Waits for an engine that is being started again. */
  ready(signal: AbortSignal): Promise<InferenceModel> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(new AppError('model.cancelled', 'The reply was stopped.'))
      if (signal.aborted) return leave()
      signal.addEventListener('abort', leave, { once: true })
      void this.hold()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', leave))
    })
  }

  sampling(): SamplingOptions {
    return this.options.otherwise ?? {}
  }

  private hold(): Promise<InferenceModel> {
    if (this.holding) return this.holding
    const holding = this.bring()
    this.holding = holding
    holding.catch(() => {
      if (this.holding === holding) this.holding = undefined // the next one tries again
    })
    return holding
  }

  private async bring(): Promise<InferenceModel> {
    const client = await this.options.engine.start()
    const { description } = await this.options.load(client)
    const model = { client, family: description.family, ...this.served }
    this.model = model
    return model
  }
}
