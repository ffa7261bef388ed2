import type { Migration } from './migration.ts'

/** The app's settings, and what is typed in each chat but not yet sent. */
export const settings: Migration = {
  version: 20,
  up(db) {
    db.exec(`
      CREATE TABLE settings (
        key   TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT;

      CREATE TABLE drafts (
        chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
        text    TEXT NOT NULL
      ) STRICT;
    `)
  },
}
