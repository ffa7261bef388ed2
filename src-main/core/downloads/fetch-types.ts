import type { FetchableModel, SourceKind } from '../../shared/catalogue.ts'
import type { AppFailure } from '../../shared/errors.ts'
import type { BandwidthLimiter } from './bandwidth-limiter.ts'
import type { DownloadLimits } from './download-limits.ts'
import type { NetworkOptions } from './network.ts'
import type { SourceEndpoint } from './source-endpoint.ts'

/** What is being done. */
export type FetchStep =
  /** The sources are asked, or files that are there already are read. */
  | { type: 'checking' }
  | { type: 'downloading'; path: string; source: SourceKind | null }
  | { type: 'verifying'; path: string; verifiedBytes: number }
  /** No source answers or the disk is full; it goes on by itself at `retryAtMs`. */
  | { type: 'waiting'; failure: AppFailure; retryAtMs: number }

export interface FetchProgress {
  /** Bytes of all files that are on the disk; they become fewer when some were damaged. */
  doneBytes: number
  /** Bytes of all files; null until all sizes are known, which is before the first is fetched. */
  totalBytes: number | null
  step: FetchStep
}

export interface FetchOptions {
  model: FetchableModel
  /** Made when it is not there. Nothing in it is ever deleted except our own parts. */
  folder: string
  /** In the order of preference; those that do not have the model are passed over. */
  sources: SourceEndpoint[]
  /** Asks all sources at once and prefers the one that answers first. */
  race?: boolean
  network: NetworkOptions
  /** Requests at the same time; 4 unless told. */
  connections?: number
  /** Shared by all downloads, and may change its limit while they run. */
  limiter?: BandwidthLimiter
  /** Folders where the person has files of the model already. They are copied, not moved. */
  adoptFrom?: string[]
  /** Bytes that stay free on the disk; 512 MiB unless told. */
  reserveBytes?: number
  limits?: Partial<DownloadLimits>
  /** Asks how much room a disk has; the operating system unless told. */
  freeBytes?: (folder: string) => Promise<number>
  signal: AbortSignal
  /** At most ten times a second, and when the step changes. */
  onProgress?: (progress: FetchProgress) => void
}

/** A file that is there and sound. */
export interface FetchedFile {
  path: string
  sizeBytes: number
  sha256: string
}

export interface FetchResult {
  files: FetchedFile[]
  /** Files that were in the way, with other contents, and what they are called now. */
  setAside: { path: string; movedTo: string }[]
}
