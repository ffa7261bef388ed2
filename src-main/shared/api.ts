import type { AppFailure } from './errors.ts'

/** How programs on this computer, or on others, reach the model over HTTP. */
export interface ApiSettings {
  isOn: boolean
  /** The address to listen at; 127.0.0.1 lets nobody in from outside. */
  host: string
  port: number
  /** Whoever asks must bring the token. Only a loopback address may do without. */
  needsToken: boolean
  /** Addresses of web pages that may ask, `*` for all. None by default. */
  origins: string[]
}

export type ApiState =
  | { type: 'off' }
  | { type: 'starting' }
  /** `address` is what programs take as their base URL. */
  | { type: 'on'; address: string }
  | { type: 'failed'; failure: AppFailure }

/** A request that was answered. Never its text, nor that of the answer. */
export interface ApiLogEntry {
  /** Counts up from 1. */
  number: number
  atMs: number
  /** The address that it came from, and what the program calls itself. */
  client: string
  method: string
  path: string
  /** As asked for; null where none was. */
  model: string | null
  promptTokens: number
  generatedTokens: number
  /** 0 while nothing was written. */
  tokensPerSecond: number
  durationMs: number
  /** 499 when the client went away before the end. */
  status: number
}

/** What the page of the API shows. */
export interface ApiReport {
  state: ApiState
  token: string
  /** The last ones, the newest first. */
  requests: ApiLogEntry[]
}
