import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SettingsTable } from '../../../../src-main/core/store/settings-table.ts'

test('a damaged setting is left out and the others are read', () => {
  const db = new Database(':memory:')
  // As in the store, but for the check of new values, which a damaged file has passed by.
  db.exec('CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT')
  const table = new SettingsTable(db)
  table.write('theme', 'dark')
  const insert = db.prepare('INSERT INTO settings (key, value) VALUES (?, ?)')
  for (const [index, value] of ['{"a":', '', 'dark', '\u0000', '['.repeat(5000)].entries())
    insert.run(`damaged-${index}`, value)

  expect(table.readAll()).toEqual({ theme: 'dark' })
  db.close()
})
