import type { ByteRange } from './part-file.ts'
import type { SourceEndpoint } from './source-endpoint.ts'

/** What a source says of a file. */
export interface FileFacts {
  sizeBytes: number
  sha256: string | null
  /** The name that Git gives the content: a SHA-1, told by hubs of files too small for a SHA-256. */
  gitBlob: string | null
  /** Changes when the file does; null when the source has no such thing. */
  etag: string | null
  /** Whether parts can be asked for. */
  hasRanges: boolean
}

/** One file at one source. Everything throws SourceProblem, or the signal's reason. */
export interface FileSource {
  readonly endpoint: SourceEndpoint
  /** Different for each place, and the same in the next run. */
  readonly key: string
  /** Asks for what is known of the file, and for next to nothing of it. */
  probe(signal: AbortSignal): Promise<FileFacts>
  /**
   * The bytes of a range, in order, not one more or less; all from the version of `etag`, unless
   * that is null.
   */
  read(range: ByteRange, facts: FileFacts, signal: AbortSignal): AsyncIterable<Uint8Array>
}
