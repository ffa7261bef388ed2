import type { FetchProgress, FetchStep } from './fetch-types.ts'

const intervalMs = 100

/** Adds up the progress of all files and tells it, not too often. */
export class ProgressTeller {
  private readonly files = new Map<string, { doneBytes: number; totalBytes: number }>()
  private step: FetchStep = { type: 'checking' }
  private toldAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly onProgress: ((progress: FetchProgress) => void) | undefined) {}

  setFile(path: string, doneBytes: number, totalBytes: number): void {
    this.files.set(path, { doneBytes, totalBytes })
  }

  /** Bytes that are still to be fetched. */
  get missingBytes(): number {
    const { doneBytes, totalBytes } = this.sums()
    return totalBytes - doneBytes
  }

  tell(step: FetchStep): void {
    const isSame = step.type === this.step.type
    this.step = step
    const nowMs = performance.now()
    if (isSame && nowMs - this.toldAtMs < intervalMs) return
    this.toldAtMs = nowMs
    this.onProgress?.({ ...this.sums(), step })
  }

  private sums(): { doneBytes: number; totalBytes: number } {
    const sums = { doneBytes: 0, totalBytes: 0 }
    for (const { doneBytes, totalBytes } of this.files.values()) {
      sums.doneBytes += doneBytes
      sums.totalBytes += totalBytes
    }
    return sums
  }
}
