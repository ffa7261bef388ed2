import type { EvalProgress } from '../../shared/eval.ts'

/** How far a run is, without the clock. */
export type MeasureProgress = Omit<EvalProgress, 'timeLeftMs'>

/** Nobody can tell from less. */
const leastMs = 1000

/** Tells how long the rest takes by what has been done since it was created. */
export class TimeLeft {
  private start: { atMs: number; fraction: number } | null = null

  /** Null while nothing can be said. `nowMs` counts from anywhere. */
  after(fraction: number, nowMs: number): number | null {
    this.start ??= { atMs: nowMs, fraction }
    const done = fraction - this.start.fraction
    const tookMs = nowMs - this.start.atMs
    return done > 0 && tookMs >= leastMs ? (tookMs / done) * (1 - fraction) : null
  }
}
