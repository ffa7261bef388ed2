import type { Migration } from './migration.ts'

/** Adapters that were added, and which of them a reply was written with. */
export const adapters: Migration = {
  version: 70,
  up(db) {
    db.exec(`
      CREATE TABLE adapters (
        id          TEXT NOT NULL PRIMARY KEY, -- the hash of its file
        name        TEXT NOT NULL,
        description TEXT NOT NULL CHECK (json_valid(description)),
        size_bytes  INTEGER NOT NULL,
        added_at    INTEGER NOT NULL
      ) STRICT;
      ALTER TABLE messages ADD COLUMN adapter TEXT CHECK (json_valid(adapter)); -- null for none
    `)
  },
}
