import type { AppFailure } from './errors.ts'

/** How far a run over a file of prompts is. */
export interface BatchProgress {
  /** Lines that are not empty. */
  total: number
  /** Answered by earlier runs. */
  earlier: number
  /** Answered by this one. */
  answered: number
  /** Without an answer. */
  failed: number
  generatedTokens: number
}

/** The run that goes on in the app, or the last one. */
export type BatchState =
  | { type: 'none' }
  | { type: 'running'; output: string; progress: BatchProgress }
  | { type: 'ended'; output: string; progress: BatchProgress }
  | { type: 'stopped'; output: string; progress: BatchProgress }
  | { type: 'failed'; output: string; failure: AppFailure }

/** What the renderer may ask about files of prompts. */
export interface BatchRequests {
  'batch.read': { params: Record<string, never>; result: BatchState }
  /** Answers a file of prompts into one beside it, from where an earlier run ended. */
  'batch.start': { params: { path: string }; result: null }
  'batch.stop': { params: Record<string, never>; result: null }
}
