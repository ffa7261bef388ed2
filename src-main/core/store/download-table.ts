import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { DownloadChoice } from '../../shared/downloads.ts'
import type { AppFailure } from '../../shared/errors.ts'
import { downloadId, type DownloadId, modelId, type ModelId } from '../../shared/ids.ts'
import { failureSchema } from './chat-rows.ts'

/** What is kept of a download; how far its files are stands beside the files. */
export interface StoredDownload extends DownloadChoice {
  id: DownloadId
  addedAtMs: number
  isPaused: boolean
  /** Set while a person must do something. */
  failure: AppFailure | null
  /** Set when it is finished. */
  modelId: ModelId | null
  /** As last told, for the first look after a restart. */
  doneBytes: number
  totalBytes: number
}

const failureJson = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(failureSchema)

const bit = z.int().transform((value) => value === 1)

const row = z
  .object({
    id: z.string().transform(downloadId),
    catalogue_id: z.string(),
    convert_to: z.enum(['source', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_k_m']),
    keep_source: bit,
    added_at: z.int(),
    is_paused: bit,
    failure: failureJson.nullable(),
    model_id: z.string().transform(modelId).nullable(),
    done_bytes: z.int(),
    total_bytes: z.int(),
  })
  .transform((read): StoredDownload => ({
    id: read.id,
    catalogueId: read.catalogue_id,
    convertTo: read.convert_to,
    keepSource: read.keep_source,
    addedAtMs: read.added_at,
    isPaused: read.is_paused,
    failure: read.failure,
    modelId: read.model_id,
    doneBytes: read.done_bytes,
    totalBytes: read.total_bytes,
  }))

/** The models that were asked for and are not yet in the list, or finished a while ago. */
export class DownloadTable {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** In the order in which they were asked for. */
  list(): StoredDownload[] {
    const rows = this.db.prepare('SELECT * FROM downloads ORDER BY added_at, id').all()
    return rows.flatMap((read) => row.safeParse(read).data ?? [])
  }

  /** Adds a download, or replaces the one with its id. */
  put(download: StoredDownload): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO downloads
           (id, catalogue_id, convert_to, keep_source, added_at, is_paused, failure, model_id,
            done_bytes, total_bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[download.id, download.catalogueId, download.convertTo, Number(download.keepSource)],
        ...[download.addedAtMs, Number(download.isPaused)],
        ...[download.failure && JSON.stringify(download.failure), download.modelId],
        ...[download.doneBytes, download.totalBytes],
      )
  }

  remove(id: DownloadId): void {
    this.db.prepare('DELETE FROM downloads WHERE id = ?').run(id)
  }
}
