import type { Migration } from './migration.ts'

/** Why a reply failed and what it was sampled with, tags on chats, and the models that are known. */
export const details: Migration = {
  version: 40,
  up(db) {
    db.exec(`
      ALTER TABLE messages ADD COLUMN failure TEXT CHECK (json_valid(failure));
      ALTER TABLE messages ADD COLUMN sampling TEXT CHECK (json_valid(sampling));
      ALTER TABLE chats ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));

      CREATE TABLE models (
        id             TEXT NOT NULL PRIMARY KEY,
        name           TEXT NOT NULL,
        path           TEXT NOT NULL UNIQUE,
        kind           TEXT NOT NULL CHECK (kind IN ('demo', 'file', 'folder')),
        added_at       INTEGER NOT NULL,
        converted_file TEXT,
        description    TEXT CHECK (json_valid(description)),
        crashed_at     INTEGER
      ) STRICT;
    `)
  },
}
