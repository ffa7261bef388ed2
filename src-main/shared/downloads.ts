import type { SourceKind } from './catalogue.ts'
import type { ConvertType } from './engine-api.ts'
import type { AppFailure } from './errors.ts'
import type { DownloadId, ModelId } from './ids.ts'
import type { TaskProgress } from './models.ts'

/** What a person chose when they asked for a model. */
export interface DownloadChoice {
  /** The model's id in the catalogue. */
  catalogueId: string
  convertTo: ConvertType
  /** Whether the published files stay after the conversion. */
  keepSource: boolean
}

/** The steps of a model on its way; `progress` of a download counts all of them together. */
export type DownloadStep = 'downloading' | 'verifying' | 'converting'

export type DownloadState =
  /** Others come first. */
  | { type: 'queued' }
  /** The sources are asked for sizes and hashes. */
  | { type: 'checking' }
  /** `source` is the one that answers now; null while none does. */
  | { type: 'running'; step: DownloadStep; source: SourceKind | null }
  /** No source answers, or the disk is full; it goes on by itself at `retryAtMs`. */
  | { type: 'waiting'; failure: AppFailure; retryAtMs: number }
  | { type: 'paused' }
  /** A person must do something. */
  | { type: 'failed'; failure: AppFailure }
  | { type: 'finished'; modelId: ModelId }

/** A model on its way from the catalogue to the list of models. */
export interface Download extends DownloadChoice {
  id: DownloadId
  addedAtMs: number
  state: DownloadState
  /** Bytes of all steps together: those of the files, and those of the result. */
  progress: TaskProgress
}
