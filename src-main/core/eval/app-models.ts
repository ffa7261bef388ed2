import { AppError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/ids.ts'
import type { ModelState } from '../../shared/models.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { ModelService } from '../models/model-service.ts'
import type { ModelToUse } from './text/run-text.ts'

/**
 * The models of the app as a run uses them: one after the other, in the engine that the chats use. A
 * result must never be of another model, so the run is over as soon as somebody else changes it.
 */
export class AppModels {
  private readonly over = new AbortController()
  private wanted: ModelId | null = null
  /** Aborted when the run is stopped or cannot go on. */
  readonly signal: AbortSignal

  constructor(
    private readonly models: ModelService,
    private readonly source: InferenceSource,
    stop: AbortSignal,
  ) {
    this.signal = AbortSignal.any([stop, this.over.signal])
  }

  /** Whether somebody else has changed the model. */
  get isOver(): boolean {
    return this.over.signal.aborted && this.signal.reason === this.over.signal.reason
  }

  /** Has to be told of every change of the model while the run goes on. */
  follow(state: ModelState): void {
    if (this.wanted === null || (state.type !== 'none' && state.modelId === this.wanted)) return
    const message = 'Another model was loaded, so measuring stopped. Start again to go on.'
    this.over.abort(new AppError('eval.model_changed', message))
  }

  /** Throws why the run could not go on, if that was so. */
  expectUnchanged(): void {
    if (this.isOver) throw this.over.signal.reason
  }

  /** One of them, by what people call it. */
  model(modelId: ModelId, name: string): ModelToUse {
    return {
      name,
      use: async (work) => {
        await this.load(modelId)
        return work(this.source)
      },
    }
  }

  private async load(modelId: ModelId): Promise<void> {
    const { models, signal } = this
    const state = models.read()
    if (state.type !== 'ready' || state.modelId !== modelId) {
      this.wanted = null // loading may end what was being loaded
      await models.load(modelId)
    }
    this.wanted = modelId
    this.follow(models.read())
    await models.ready(signal)
  }
}
