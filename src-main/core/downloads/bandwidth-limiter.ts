/**
 * Spreads bytes over time. One limiter is shared by all connections, so that they keep to the limit
 * together; it may change at any time and holds for what waits already.
 */
export class BandwidthLimiter {
  private freeAtMs = 0
  private readonly waiting = new Set<() => void>()

  /** Null is no limit. */
  constructor(private limitBytesPerSecond: number | null) {}

  setLimit(bytesPerSecond: number | null): void {
    this.limitBytesPerSecond = bytesPerSecond
    this.freeAtMs = 0
    for (const wake of [...this.waiting]) wake()
  }

  /** Waits until so many bytes may pass. Throws the signal's reason when that is aborted. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (this.limitBytesPerSecond === null) return
      const nowMs = performance.now()
      if (this.freeAtMs <= nowMs) {
        this.freeAtMs = nowMs + (bytes / this.limitBytesPerSecond) * 1000
        return
      }
      await this.pause(this.freeAtMs - nowMs, signal)
    }
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.waiting.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
      this.waiting.add(end)
    })
  }
}
