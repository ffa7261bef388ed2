import type { Migration } from './migration.ts'

/** Models that are on their way, and models that were downloaded. */
export const downloads: Migration = {
  version: 50,
  up(db) {
    // SQLite cannot widen a CHECK, so the table is written anew.
    db.exec(`
      ALTER TABLE models RENAME TO models_before_50;
      CREATE TABLE models (
        id             TEXT NOT NULL PRIMARY KEY,
        name           TEXT NOT NULL,
        path           TEXT NOT NULL UNIQUE,
        kind           TEXT NOT NULL CHECK (kind IN ('demo', 'file', 'folder', 'catalogue')),
        catalogue_id   TEXT CHECK ((catalogue_id IS NOT NULL) = (kind = 'catalogue')),
        added_at       INTEGER NOT NULL,
        converted_file TEXT,
        description    TEXT CHECK (json_valid(description)),
        crashed_at     INTEGER
      ) STRICT;
      INSERT INTO models (id, name, path, kind, added_at, converted_file, description, crashed_at)
        SELECT id, name, path, kind, added_at, converted_file, description, crashed_at
          FROM models_before_50;
      DROP TABLE models_before_50;

      CREATE TABLE downloads (
        id           TEXT NOT NULL PRIMARY KEY,
        catalogue_id TEXT NOT NULL,
        convert_to   TEXT NOT NULL,
        keep_source  INTEGER NOT NULL CHECK (keep_source IN (0, 1)),
        added_at     INTEGER NOT NULL,
        is_paused    INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
        failure      TEXT CHECK (json_valid(failure)), -- set while a person must do something
        model_id     TEXT,                             -- set when it is finished
        done_bytes   INTEGER NOT NULL,
        total_bytes  INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
