import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { InferenceModel, InferenceSource } from '../../core/inference/inference-source.ts'
import type { Logger } from '../../core/logger.ts'
import { AppError } from '../../shared/errors.ts'
import type { ReplyRequest } from './replies.ts'
import type { RequestNotes } from './request-notes.ts'

/** The engine takes 64 replies at once; the chats of the app keep some for themselves. */
const mostReplies = 48

/** What a route needs to answer one request. */
export interface Exchange {
  request: FastifyRequest
  reply: FastifyReply
  notes: RequestNotes
  /** Aborted when the client goes away. */
  signal: AbortSignal
}

/** An id as OpenAI makes them. */
export const newApiId = (prefix: string): string => `${prefix}-${randomBytes(12).toString('hex')}`

/** Seconds since 1970, as the API tells times. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export interface ApiContextOptions {
  source: InferenceSource
  log: Logger
  /** Ends all that is being written. */
  stop?: AbortSignal
}

/** What all routes share while the API listens. */
export class ApiContext {
  private running = 0

  constructor(readonly options: ApiContextOptions) {}

  /** Waits for the model. Throws AppError. */
  model(signal: AbortSignal): Promise<InferenceModel> {
    return this.options.source.ready(signal)
  }

  /** Takes room for replies until what it returns is called. Throws `engine.too_many_requests`. */
  take(requests: ReplyRequest[]): () => void {
    const count = requests.length
    if (this.running + count > mostReplies)
      throw new AppError(
        'engine.too_many_requests',
        'Too many replies are being written. Try again when some have finished.',
      )
    this.running += count
    return () => void (this.running -= count)
  }

  /** Writes down a failure that nobody foresaw. */
  note(error: unknown): void {
    if (!(error instanceof AppError)) this.options.log.error('an API request failed', error)
  }
}
