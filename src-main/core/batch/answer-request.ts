import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'

/** What the API answers to a request. */
export interface ApiAnswer {
  status: number
  body: unknown
}

/** Answers a request to the API without a network. Never rejects for what the API can tell. */
export type AnswerRequest = (path: string, body: object) => Promise<ApiAnswer>

export interface AnswererOptions {
  source: InferenceSource
  log: Logger
  /** Ends all that is being written. */
  stop: AbortSignal
}

/** Makes the API answer in this process; the HTTP layer brings it, which knows its forms. */
export type CreateAnswerer = (options: AnswererOptions) => AnswerRequest
