import { isEngineError } from './engine-failure.ts'
import type { EngineClient } from './engine-client.ts'
import type { EngineResult } from './engine-messages.ts'

export interface WatchPolicy {
  /** Between two pings. */
  pingMs: number
  /** So many pings in vain mean that the engine hangs. */
  silentPings: number
  /** So many answers without a step, while a reply is to be written, mean that it is stuck. */
  stuckPings: number
}

/**
 * A minute without an answer. A step takes as long as 128 tokens do; on two slow cores and with FP16
 * that is most of a minute, and ten minutes are none of a reply any more.
 */
export const defaultWatchPolicy: WatchPolicy = { pingMs: 5000, silentPings: 12, stuckPings: 120 }

/**
 * Asks an engine again and again whether it lives and gets on, and calls `onHung` once when not. Counts
 * pings, not time: while the computer sleeps there are none. Returns what ends the watch.
 */
export function watchEngine(
  client: EngineClient,
  { pingMs, silentPings, stuckPings }: WatchPolicy,
  onHung: (isSilent: boolean) => void,
): () => void {
  let unanswered = 0
  let stuck = 0
  let lastSteps = -1

  function take({ steps, isComputing }: EngineResult<'engine.ping'>): void {
    stuck = isComputing && steps === lastSteps ? stuck + 1 : 0
    lastSteps = steps
  }

  function ping(): void {
    client.request('engine.ping', {}).then(
      (state) => {
        unanswered = 0
        take(state)
      },
      (error: unknown) => {
        if (isEngineError(error, 'gone')) end()
        else unanswered = 0 // an error is an answer
      },
    )
  }

  const timer = setInterval(() => {
    if (unanswered >= silentPings || stuck >= stuckPings) {
      end()
      onHung(unanswered >= silentPings)
      return
    }
    if (unanswered === 0) ping() // one that is late is waited for
    unanswered += 1
  }, pingMs)
  timer.unref()
  const end = () => clearInterval(timer)
  return end
}
