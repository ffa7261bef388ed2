import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { backupsOf } from './backups.ts'
import { endedMessages } from './ended-messages.ts'
import { flushLog, isSound, openToRead, openToWrite } from './database-file.ts'
import { writeLogImage } from './damaged-log.ts'
import type { WriteAheadLog } from './log-frames.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import type { RecoveryReport } from '../../shared/open-report.ts'
import { type Salvaged, salvage } from './salvage.ts'
import { SearchIndex } from './search-index.ts'

/** SQLite keeps a log and its index beside a database. */
const companions = ['', '-wal', '-shm'] as const

function moveDatabase(from: string, to: string): void {
  for (const suffix of companions)
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix)
}

const unfinished = (file: string): string => `${file}.recovering`

function salvageFile(file: string, to: Database, gapMark?: string): Salvaged {
  try {
    const from = openToRead(file)
    try {
      return salvage(from, to, gapMark)
    } finally {
      from.close()
    }
  } catch {
    return { rows: 0, lostRows: null } // no database any more
  }
}

const imageOf = (file: string): string => `${file}.image`

/** What SQLite itself makes of a file and the log up to its first broken frame, if that is whole. */
function fillFromSoundPart(file: string, to: Database): void {
  try {
    const from = openToRead(file)
    try {
      if (isSound(from, 'quick')) salvage(from, to)
    } finally {
      from.close()
    }
  } catch {
    return // it is no database
  }
}

/** Reads on behind what is broken in the log; what is missing then may be in the part before it. */
function salvageLog(file: string, log: WriteAheadLog, to: Database): Salvaged {
  const image = writeLogImage(file, log, imageOf(file))
  try {
    const salvaged = salvageFile(image.file, to, image.gapMark)
    const lostRows = image.hasUnknownPages ? null : salvaged.lostRows
    if (lostRows !== 0) fillFromSoundPart(file, to)
    return { rows: salvaged.rows, lostRows }
  } finally {
    for (const suffix of companions) rmSync(image.file + suffix, { force: true })
  }
}

/** The newest backup that is whole adds what the damaged file has lost. */
function fillFromBackup(file: string, to: Database, nowMs: number): RecoveryReport['backup'] {
  for (const backup of backupsOf(file, nowMs))
    try {
      const from = openToRead(backup)
      try {
        if (isSound(from, 'full')) return { file: backup, rows: salvage(from, to).rows }
      } finally {
        from.close()
      }
    } catch {
      continue // an older one may be better
    }
  return null
}

/** Puts up what rows refer to and what is gone, so that all that was saved can be reached. */
function mendReferences(db: Database): void {
  db.exec(`
    INSERT INTO chats (id, title, created_at, updated_at)
      SELECT chat_id, '', min(created_at), max(created_at) FROM messages
      WHERE chat_id NOT IN (SELECT id FROM chats) GROUP BY chat_id;
    UPDATE messages SET parent_id = NULL
      WHERE parent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messages AS parent
        WHERE parent.id = messages.parent_id AND parent.chat_id = messages.chat_id
          AND parent.sequence < messages.sequence);
    UPDATE chats SET active_leaf_id =
      (SELECT id FROM messages WHERE chat_id = chats.id ORDER BY sequence DESC LIMIT 1)
      WHERE NOT EXISTS (
        SELECT 1 FROM messages WHERE id = chats.active_leaf_id AND chat_id = chats.id);
    DELETE FROM drafts WHERE chat_id NOT IN (SELECT id FROM chats);
  `)
}

function rebuildIndex(db: Database): void {
  const index = new SearchIndex(db)
  for (const { sequence, text } of endedMessages(db)) index.add(sequence, text)
}

const count = (db: Database, table: 'chats' | 'messages'): number =>
  db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0

/** Fills a new database from the damaged one. One transaction: it is whole, or it is empty. */
function fill(db: Database, damagedFile: string, damagedLog: WriteAheadLog | null, nowMs: number) {
  db.pragma('foreign_keys = OFF') // until the references are mended
  return db.transaction(() => {
    const { lostRows } =
      damagedLog === null ? salvageFile(damagedFile, db) : salvageLog(damagedFile, damagedLog, db)
    const backup = lostRows === 0 ? null : fillFromBackup(damagedFile, db, nowMs)
    mendReferences(db)
    rebuildIndex(db)
    return { chats: count(db, 'chats'), messages: count(db, 'messages'), lostRows, backup }
  })()
}

/**
 * Makes a new database of what can be read in a damaged one, which is kept under another name. The
 * damaged file, with its log, keeps its place until the new one is complete, so a crash here only repeats it.
 */
export function recover(
  file: string,
  nowMs: number,
  damagedLog: WriteAheadLog | null,
): RecoveryReport {
  const target = unfinished(file)
  for (const suffix of companions) rmSync(target + suffix, { force: true })
  const db = openToWrite(target)
  let filled: ReturnType<typeof fill>
  try {
    migrate(db, pendingMigrations(db))
    filled = fill(db, file, damagedLog, nowMs)
    flushLog(db)
  } finally {
    db.close()
  }
  const keptFile = `${file}.damaged-${new Date(nowMs).toISOString().replaceAll(':', '-')}`
  moveDatabase(file, keptFile)
  moveDatabase(target, file)
  return { keptFile, ...filled }
}

/** Ends a recovery that was cut off between its last two steps: the new file is complete. */
export function finishRecovery(file: string): void {
  if (existsSync(file) || !existsSync(unfinished(file))) return
  moveDatabase(file, `${file}.damaged-rest`) // a log of the old file would spoil the new one
  moveDatabase(unfinished(file), file)
}
