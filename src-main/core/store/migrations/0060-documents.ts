import type { Migration } from './migration.ts'

/** What a question gives the model of the files that go with it. */
export const documents: Migration = {
  version: 60,
  up(db) {
    db.exec(`
      ALTER TABLE messages ADD COLUMN documents TEXT CHECK (json_valid(documents)); -- null for none
    `)
  },
}
