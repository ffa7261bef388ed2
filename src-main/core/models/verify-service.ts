import type { Verification } from '../../shared/models.ts'
import type { ModelId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { ProgressMeter } from '../progress-meter.ts'
import type { ModelLibrary } from './model-library.ts'
import { verifyModel } from './verify-model.ts'

/** How often the pages are told. */
const tellMs = 200

/** Compares models on the disk with their hashes, and tells how far it is. */
export class VerifyService {
  private readonly closing = new AbortController()

  constructor(
    private readonly library: ModelLibrary,
    private readonly events: AppEventBus,
  ) {}

  async verify(modelId: ModelId): Promise<Verification> {
    const { path, convertedFile } = await this.library.find(modelId)
    const meter = new ProgressMeter()
    let toldAtMs = 0
    const tell = (doneBytes: number, totalBytes: number) => {
      const nowMs = performance.now()
      if (nowMs - toldAtMs < tellMs) return
      toldAtMs = nowMs
      const progress = meter.update(doneBytes, totalBytes, nowMs)
      this.events.emit({ event: 'model.verifying', payload: { modelId, progress } })
    }
    try {
      return await verifyModel(convertedFile ?? path, this.closing.signal, tell)
    } finally {
      this.events.emit({ event: 'model.verifying', payload: { modelId, progress: null } })
    }
  }

  /** Ends what runs. */
  close(): void {
    this.closing.abort()
  }
}
