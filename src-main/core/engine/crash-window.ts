import { ExponentialBackoff, type IBackoff, noJitterGenerator } from 'cockatiel'

export interface RestartPolicy {
  /** The crash that makes us give up, counted within `windowMs`. */
  maxCrashes: number
  windowMs: number
  initialDelayMs: number
  maxDelayMs: number
}

export const defaultRestartPolicy: RestartPolicy = {
  maxCrashes: 5,
  windowMs: 180_000,
  initialDelayMs: 250,
  maxDelayMs: 10_000,
}

export type CrashVerdict =
  { type: 'restart'; attempt: number; delayMs: number } | { type: 'give_up' }

/** Counts the crashes of late and says how long to wait before the next start. */
export class CrashWindow {
  private crashedAtMs: number[] = []
  private backoff: IBackoff<unknown> | undefined

  constructor(private readonly policy: RestartPolicy) {}

  /** Takes a crash down. `nowMs` is a clock that never goes back. */
  record(nowMs: number): CrashVerdict {
    const { maxCrashes, windowMs, initialDelayMs, maxDelayMs } = this.policy
    this.crashedAtMs = [...this.crashedAtMs.filter((at) => nowMs - at < windowMs), nowMs]
    const attempt = this.crashedAtMs.length
    if (attempt >= maxCrashes) return { type: 'give_up' }
    this.backoff =
      attempt === 1 || !this.backoff
        ? new ExponentialBackoff({
            generator: noJitterGenerator,
            initialDelay: initialDelayMs,
            maxDelay: maxDelayMs,
          }).next()
        : this.backoff.next(undefined)
    return { type: 'restart', attempt, delayMs: this.backoff.duration }
  }
}
