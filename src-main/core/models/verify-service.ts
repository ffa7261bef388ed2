import type { Verification } from '../../shared/models.ts'
import type { ModelId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { ProgressMeter } from '../progress-meter.ts'
import type { ModelLibrary } from './model-library.ts'
import type { PackedWeights } from './packed-weights.ts'
import { verifyModel } from './verify-model.ts'

/** How often the pages are told. */
const tellMs = 200

export interface VerifyServices {
  library: ModelLibrary
  packedWeights: PackedWeights
  events: AppEventBus
}

/** Compares models on the disk with their hashes, and tells how far it is. */
export class VerifyService {
  private readonly closing = new AbortController()

  constructor(private readonly services: VerifyServices) {}

  /** Weights that were kept of the model are doubted, too: its next load lays them out again. */
  async verify(modelId: ModelId): Promise<Verification> {
    const { library, packedWeights, events } = this.services
    const { path, convertedFile } = await library.find(modelId)
    await packedWeights.forget(convertedFile ?? path)
    const meter = new ProgressMeter()
    let toldAtMs = 0
    const tell = (doneBytes: number, totalBytes: number) => {
      const nowMs = performance.now()
      if (nowMs - toldAtMs < tellMs) return
      toldAtMs = nowMs
      const progress = meter.update(doneBytes, totalBytes, nowMs)
      events.emit({ event: 'model.verifying', payload: { modelId, progress } })
    }
    try {
      return await verifyModel(convertedFile ?? path, this.closing.signal, tell)
    } finally {
      events.emit({ event: 'model.verifying', payload: { modelId, progress: null } })
    }
  }

  /** Ends what runs. */
  close(): void {
    this.closing.abort()
  }
}
