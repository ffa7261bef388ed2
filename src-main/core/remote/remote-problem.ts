import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { HttpAnswer } from '../downloads/http-request.ts'
import { statusProblem } from '../downloads/http-answer.ts'
import { networkProblem } from '../downloads/source-problem.ts'

const longestMessage = 300

const errorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
  z.object({ message: z.string() }).transform(({ message }) => message),
])

/** What a server says of its failure, where it says it in a form that is known. */
export function messageIn(text: string): string {
  try {
    return (errorBody.safeParse(JSON.parse(text)).data ?? '').slice(0, longestMessage)
  } catch {
    return ''
  }
}

const said = (words: string): string => (words === '' ? '' : ` It says: ${words}`)

/** What an answer means that is not 200. `text` is its body. */
export function answerProblem({ status, headers, url }: HttpAnswer, text: string): AppError {
  const words = messageIn(text)
  const tail = said(words)
  const host = url.host
  if (status === 401 || status === 403)
    return new AppError(
      'remote.key_refused',
      `${host} refused the key. Enter another one in the settings.${tail}`,
      { words },
    )
  if (status === 404)
    return new AppError(
      'remote.not_found',
      `${host} does not know this model or address. Choose another model.${tail}`,
      { words },
    )
  if (status === 429) {
    const waitMs = statusProblem(status, headers).retryAfterMs
    const when = waitMs === null ? 'a moment' : `${Math.ceil(waitMs / 1000)} seconds`
    return new AppError('remote.busy', `${host} has too much to do. Ask again in ${when}.${tail}`, {
      words,
    })
  }
  if (status >= 500)
    return new AppError('remote.failed', `${host} failed (${status}). Ask again later.${tail}`, {
      words,
    })
  return new AppError('remote.refused', `${host} refused the request (${status}).${tail}`, {
    words,
  })
}

/** What it means that a server could not be asked. */
export function connectionProblem(error: unknown, url: URL): AppError {
  if (error instanceof AppError) return error
  const { kind, message } = networkProblem(error)
  if (kind === 'stalled')
    return new AppError('remote.timeout', `${url.host} did not answer in time. Ask again later.`)
  if (kind === 'untrusted')
    return new AppError(
      'remote.untrusted',
      `The certificate of ${url.host} is not trusted (${message}). Add its authority in the network settings.`,
    )
  return new AppError(
    'remote.unreachable',
    `Nothing answers at ${url.host} (${message}). See that the server runs and that its address is right.`,
  )
}

export const cutOff = (url: URL): AppError =>
  new AppError(
    'remote.cut_off',
    `The connection to ${url.host} broke off. What was written is kept; continue it, or ask again.`,
  )
