import type { AppRequest, AppResult, Envelope, EventMessage } from '@shared/app-api.ts'
import { AppError } from '@shared/errors.ts'

/**
 * Opens an envelope. The app is built together with this renderer, so the value is taken for what
 * the contract says; the envelope itself is looked at, since another program may hold the address.
 */
export function openEnvelope<R extends AppRequest>(answer: unknown): AppResult<R> {
  const envelope = answer as Envelope<AppResult<R>> | { ok?: undefined } | null
  if (envelope?.ok === true) return envelope.value
  if (envelope?.ok === false) {
    const { code, message, fileProblem, words } = envelope.error
    throw new AppError(code, message, { fileProblem, words })
  }
  throw new AppError('bridge.invalid_answer', 'The app gave an unreadable answer. Restart it.')
}

/** Takes a message for an event, where it arrives. */
export function parseEvent(message: unknown): EventMessage | null {
  const isEvent = typeof message === 'object' && message !== null && 'event' in message
  return isEvent ? (message as EventMessage) : null
}
