import type { AppFailure } from '../../shared/errors.ts'

/** To a thread for documents, which answers one at a time. */
export type WorkerRequest =
  | { type: 'read'; bytes: Uint8Array; cmapsFolder: string }
  /** Null for the texts that the thread has under this key already. */
  | { type: 'rank'; key: string; texts: string[] | null; question: string }
  | { type: 'forget'; key: string }

/** From it, one to each request. */
export type WorkerAnswer = { ok: true; value: unknown } | { ok: false; error: AppFailure }
