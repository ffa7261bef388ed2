const dayMs = 24 * 60 * 60 * 1000

/** The first chat comes first. */
const firstDelayMs = 10_000

/** Lets an app look for updates once a day, and not in its first moments. */
export class UpdateTimer {
  private timer: NodeJS.Timeout | undefined
  private isClosed = false

  /** `allowed` is null where nobody has allowed it, else tells when a check was last answered. */
  constructor(
    private readonly allowed: () => { lastMs: number | null } | null,
    private readonly check: () => void,
  ) {}

  /** Sets the time of the next check anew. */
  reset(): void {
    clearTimeout(this.timer)
    const allowed = this.allowed()
    if (allowed === null || this.isClosed) return
    const sinceMs = Date.now() - (allowed.lastMs ?? -Infinity)
    // A clock that was set back must not put it off for years.
    const isDue = sinceMs < 0 || sinceMs >= dayMs
    this.timer = setTimeout(() => this.check(), isDue ? firstDelayMs : dayMs - sinceMs)
    this.timer.unref()
  }

  /** Nothing is asked from now on. */
  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
  }
}
