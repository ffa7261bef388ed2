import type { TaskProgress } from '../shared/models.ts'

const windowMs = 5000

/** Measures the speed of late, over a few seconds, so that it neither jumps nor lags. */
export class ProgressMeter {
  private samples: { atMs: number; doneBytes: number }[] = []

  /** Takes a state of the task down. `nowMs` is a clock that never goes back. */
  update(doneBytes: number, totalBytes: number, nowMs: number): TaskProgress {
    this.samples = [
      ...this.samples.filter(({ atMs }) => nowMs - atMs <= windowMs),
      { atMs: nowMs, doneBytes },
    ]
    const oldest = this.samples[0]
    const elapsedMs = oldest ? nowMs - oldest.atMs : 0
    const bytesPerSecond =
      oldest && elapsedMs > 0 ? ((doneBytes - oldest.doneBytes) * 1000) / elapsedMs : 0
    const timeLeftMs =
      bytesPerSecond > 0 ? ((totalBytes - doneBytes) * 1000) / bytesPerSecond : null
    return { doneBytes, totalBytes, bytesPerSecond, timeLeftMs }
  }
}
