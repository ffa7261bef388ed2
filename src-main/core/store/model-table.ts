import type { Database } from 'better-sqlite3'
import type { InstalledModel } from '../../shared/models.ts'
import type { ModelId } from '../../shared/ids.ts'
import { modelDescriptionSchema } from '../engine/engine-messages.ts'

/** A model that the app knows, and what was converted from it. */
export interface StoredModel extends Omit<InstalledModel, 'diskBytes'> {
  convertedFile: string | null
}

interface ModelRow {
  id: ModelId
  name: string
  path: string
  kind: InstalledModel['kind']
  catalogue_id: string | null
  added_at: number
  converted_file: string | null
  description: string | null
  crashed_at: number | null
}

function modelOfRow(row: ModelRow): StoredModel {
  const description = modelDescriptionSchema.safeParse(JSON.parse(row.description ?? 'null'))
  return {
    id: row.id,
    name: row.name,
    path: row.path,
    kind: row.kind,
    catalogueId: row.catalogue_id,
    addedAtMs: row.added_at,
    convertedFile: row.converted_file,
    description: description.success ? description.data : null, // read again at the next load
    crashedAtMs: row.crashed_at,
  }
}

/** The models that the app knows; their files are elsewhere. */
export class ModelTable {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** In the order in which they were added. */
  list(): StoredModel[] {
    return this.db
      .prepare<[], ModelRow>('SELECT * FROM models ORDER BY added_at, id')
      .all()
      .map(modelOfRow)
  }

  /** Adds a model, or replaces the one with its id. */
  put(model: StoredModel): void {
    const {
      id,
      name,
      path,
      kind,
      catalogueId,
      addedAtMs,
      convertedFile,
      description,
      crashedAtMs,
    } = model
    this.db
      .prepare(
        `INSERT OR REPLACE INTO models
           (id, name, path, kind, catalogue_id, added_at, converted_file, description, crashed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[id, name, path, kind, catalogueId, addedAtMs, convertedFile],
        ...[description && JSON.stringify(description), crashedAtMs],
      )
  }

  remove(id: ModelId): void {
    this.db.prepare('DELETE FROM models WHERE id = ?').run(id)
  }

  /** Null when it has been loaded again. */
  markCrashed(id: ModelId, crashedAtMs: number | null): void {
    this.db.prepare('UPDATE models SET crashed_at = ? WHERE id = ?').run(crashedAtMs, id)
  }
}
