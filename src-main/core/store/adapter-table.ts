import type { Database } from 'better-sqlite3'
import type { InstalledAdapter } from '../../shared/adapters.ts'
import type { AdapterId } from '../../shared/ids.ts'
import { adapterDescriptionSchema } from '../engine/adapter-messages.ts'

interface AdapterRow {
  id: AdapterId
  name: string
  description: string
  size_bytes: number
  added_at: number
}

/** The adapters that were added; their files are elsewhere. */
export class AdapterTable {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** In the order in which they were added. */
  list(): InstalledAdapter[] {
    return this.db
      .prepare<[], AdapterRow>('SELECT * FROM adapters ORDER BY added_at, id')
      .all()
      .map(({ id, name, description, size_bytes, added_at }) => ({
        ...{ id, name, sizeBytes: size_bytes, addedAtMs: added_at },
        description: adapterDescriptionSchema.parse(JSON.parse(description)),
      }))
  }

  /** Adds an adapter, or replaces the one with its id. */
  put({ id, name, description, sizeBytes, addedAtMs }: InstalledAdapter): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO adapters (id, name, description, size_bytes, added_at)
         VALUES (?, ?, ?, ?, ?)`,
      )
      .run(id, name, JSON.stringify(description), sizeBytes, addedAtMs)
  }

  remove(id: AdapterId): void {
    this.db.prepare('DELETE FROM adapters WHERE id = ?').run(id)
  }
}
