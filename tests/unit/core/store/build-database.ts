import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { openToWrite } from '../../../../src-main/core/store/database-file.ts'
import { migrate, pendingMigrations } from '../../../../src-main/core/store/migrate.ts'

/** Makes, or brings, a database to what the app of that version left, filled by `fill` in one transaction. */
export function buildDatabase(file: string, version: number, fill: (db: Database) => void): void {
  mkdirSync(dirname(file), { recursive: true })
  const db = openToWrite(file)
  migrate(
    db,
    pendingMigrations(db).filter((migration) => migration.version <= version),
  )
  db.transaction(() => fill(db))()
  db.close()
}

/** Adds a chat whose messages follow one another, with the ids `<chat>-1`, `<chat>-2`, …. */
export function insertChat(db: Database, id: string, texts: string[]): void {
  db.prepare('INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, 1, 2)').run(
    id,
    id,
  )
  const insert = db.prepare(
    `INSERT INTO messages (id, chat_id, parent_id, role, text, status, created_at)
     VALUES (?, ?, ?, ?, ?, 'done', ?)`,
  )
  texts.forEach((text, index) => {
    const parent = index === 0 ? null : `${id}-${index}`
    const role = index % 2 === 0 ? 'user' : 'assistant'
    insert.run(`${id}-${index + 1}`, id, parent, role, text, index)
  })
  db.prepare('UPDATE chats SET active_leaf_id = ? WHERE id = ?').run(
    texts.length === 0 ? null : `${id}-${texts.length}`,
    id,
  )
}
