import type { ApiLogEntry } from '../../shared/api.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'

export interface ApiOptions {
  host: string
  /** 0 for any that is free. */
  port: number
  /** What clients must bring; null for nothing. */
  token: string | null
  /** Addresses of web pages that may ask, `*` for all. */
  origins: string[]
  source: InferenceSource
  log: Logger
  /** Called once for each request, when its answer is out. */
  onRequest?: (entry: Omit<ApiLogEntry, 'number'>) => void
}

/** The API while it listens. Whoever started it closes it. */
export interface RunningApi {
  /** With the port that was taken, without a slash at its end. */
  address: string
  /** Ends all connections; replies under way are cancelled. */
  close(): Promise<void>
}

/**
 * Starts to listen; the HTTP layer brings it. Throws AppError: `api.port_taken`,
 * `api.not_permitted`, `api.wrong_address`, `api.token_needed`.
 */
export type ListenApi = (options: ApiOptions) => Promise<RunningApi>
