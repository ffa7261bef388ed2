import { endedMessages } from '../ended-messages.ts'
import { indexedTerms } from '../search-terms.ts'
import type { Migration } from './migration.ts'

/**
 * The search index, and the messages that are there already.
 *
 * It gets terms that `search-terms.ts` has cut, between spaces; the ascii tokenizer leaves those
 * whole. It keeps no copy of the text. The prefix index answers a single Chinese character.
 * SQLite's `secure_delete` does not reach into the index: FTS5 has an option of its own for that.
 */
export const search: Migration = {
  version: 30,
  up(db) {
    db.exec(`
      CREATE VIRTUAL TABLE message_search
        USING fts5 (terms, content = '', tokenize = 'ascii', prefix = '1');
      INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
    `)
    const add = db.prepare('INSERT INTO message_search (rowid, terms) VALUES (?, ?)')
    for (const { sequence, text } of endedMessages(db)) add.run(sequence, indexedTerms(text))
  },
}
