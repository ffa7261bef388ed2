import type { Migration } from './migration.ts'

/**
 * Chats and the trees of their messages.
 *
 * `sequence` orders messages and joins them with the search index; as a declared key it survives
 * VACUUM. A message refers to its parent within its own chat. Nothing cascades along the tree:
 * SQLite nests cascades, and at most 1,000 deep, so a longer chat could not be deleted.
 */
export const chats: Migration = {
  version: 10,
  up(db) {
    db.pragma('application_id = 0x43474c4d') // CGLM, for programs that tell files by their content
    db.exec(`
      CREATE TABLE chats (
        id             TEXT NOT NULL PRIMARY KEY,
        title          TEXT NOT NULL,
        created_at     INTEGER NOT NULL, -- milliseconds since 1970, UTC, as are all times
        updated_at     INTEGER NOT NULL,
        active_leaf_id TEXT,
        pinned         INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
        archived       INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        deleted_at     INTEGER,
        settings       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
        FOREIGN KEY (id, active_leaf_id) REFERENCES messages (chat_id, id)
          DEFERRABLE INITIALLY DEFERRED
      ) STRICT;
      CREATE INDEX chats_current ON chats (pinned, updated_at, id)
        WHERE deleted_at IS NULL AND archived = 0;

      CREATE TABLE messages (
        sequence   INTEGER PRIMARY KEY,
        id         TEXT NOT NULL UNIQUE,
        chat_id    TEXT NOT NULL REFERENCES chats (id) DEFERRABLE INITIALLY DEFERRED,
        parent_id  TEXT,
        role       TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        text       TEXT NOT NULL,
        status     TEXT NOT NULL CHECK (status IN
                     ('writing', 'done', 'interrupted', 'cancelled', 'failed', 'length')),
        created_at INTEGER NOT NULL,
        model      TEXT,
        seed       INTEGER,
        statistics TEXT CHECK (json_valid(statistics)),
        UNIQUE (chat_id, id),
        FOREIGN KEY (chat_id, parent_id) REFERENCES messages (chat_id, id)
          DEFERRABLE INITIALLY DEFERRED
      ) STRICT;
      CREATE INDEX messages_by_parent ON messages (chat_id, parent_id);
      CREATE INDEX messages_in_writing ON messages (id) WHERE status = 'writing';
    `)
  },
}
