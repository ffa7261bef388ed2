import { setTimeout as delay } from 'node:timers/promises'

/** Runs a task with a controller that follows the signal and can be aborted for itself. */
export async function withController<T>(
  signal: AbortSignal,
  task: (controller: AbortController) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const follow = () => controller.abort(signal.reason)
  signal.addEventListener('abort', follow)
  try {
    return await task(controller)
  } finally {
    signal.removeEventListener('abort', follow)
  }
}

/** Waits. Throws the signal's own reason when that is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
