import type { Database } from 'better-sqlite3'

/**
 * One step of the schema. Runs once for each database, in a transaction, with no foreign key
 * checked before the end. A released migration never changes: the next one mends it.
 */
export interface Migration {
  /** Becomes the file's `user_version`. Steps of ten leave room for a branch. */
  readonly version: number
  up(db: Database): void
}
