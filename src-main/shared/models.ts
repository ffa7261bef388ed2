import type { LoadedModel, ModelDescription } from './engine-api.ts'
import type { AppFailure } from './errors.ts'
import type { MessageId, ModelId } from './ids.ts'

/** How far a task is, how fast it goes and how long it will still take. */
export interface TaskProgress {
  doneBytes: number
  totalBytes: number
  bytesPerSecond: number
  /** Null while nothing can be said. */
  timeLeftMs: number | null
}

/** A model that the app knows of. */
export interface InstalledModel {
  id: ModelId
  /** As its authors name it, or the name of its file. */
  name: string
  /** The GGUF file or the checkpoint folder that was opened. */
  path: string
  /** `catalogue` models were downloaded and their files belong to the app. */
  kind: 'demo' | 'file' | 'folder' | 'catalogue'
  /** For `catalogue` models. */
  catalogueId: string | null
  addedAtMs: number
  /** Everything that the app keeps of it on the disk, published files included. */
  diskBytes: number
  /** Null while the file cannot be found. */
  description: ModelDescription | null
  /** Set when the engine crashed with it; it is not loaded again without being asked for. */
  crashedAtMs: number | null
}

/** The one model that the engine holds, or is about to. */
export type ModelState =
  | { type: 'none' }
  | { type: 'converting'; modelId: ModelId; progress: TaskProgress | null }
  /** `fraction` goes from 0 to 1. */
  | { type: 'loading'; modelId: ModelId; fraction: number }
  | { type: 'ready'; modelId: ModelId; loaded: LoadedModel }
  | { type: 'failed'; modelId: ModelId; failure: AppFailure }

/** How much of the context a conversation takes, with what is typed. */
export interface ContextUse {
  /** Tokens that the next prompt has, without what is forgotten. */
  promptTokens: number
  /** Tokens that prompt and reply may have together. */
  contextLength: number
  /** Whether all of it fits; if not, rounds at the beginning must be forgotten. */
  fits: boolean
  /** The rounds that are forgotten so that the rest fits. */
  forgottenRounds: number
  /** The first question that the model still sees; null when it sees all of them. */
  firstSeenId: MessageId | null
}

/** What comparing a model's files with their hashes has shown. */
export type Verification =
  | { type: 'sound' }
  /** Nobody has told the hash of this file; here it is. */
  | { type: 'unknown'; sha256: string }
  | { type: 'damaged'; path: string }

/** Where models are kept, and what is left there. */
export interface ModelStorage {
  folder: string
  freeBytes: number
  usedBytes: number
  /** What is kept of weights as the CPU kernels read them. */
  packedBytes: number
}
