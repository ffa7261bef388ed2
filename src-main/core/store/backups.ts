import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { isSound } from './database-file.ts'
import { chatsDamaged } from './store-failure.ts'

const keptOfEachKind = 7

/** Why a backup is made. The two kinds do not push each other out. */
export type BackupKind = 'daily' | 'before-migration'

/** The folder of a database's backups, beside it. */
export const backupFolder = (file: string): string => join(dirname(file), 'backups')

function namesOf(folder: string, kind: BackupKind): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.db'))
    .sort()
}

/** All backups, the newest first. */
export function backupsOf(file: string): string[] {
  const folder = backupFolder(file)
  return [...namesOf(folder, 'daily'), ...namesOf(folder, 'before-migration')]
    .sort((a, b) => b.replace(/^[a-z-]+/, '').localeCompare(a.replace(/^[a-z-]+/, '')))
    .map((name) => join(folder, name))
}

/** Checks a copy in full. It becomes one plain file, which needs no log beside it. */
function verify(copy: string): void {
  const db = new Database(copy)
  try {
    db.pragma('journal_mode = DELETE')
    if (!isSound(db, 'full')) throw chatsDamaged()
  } finally {
    db.close()
  }
}

/**
 * Copies the database while it stays in use, checks the copy, and drops the oldest ones. Its name
 * tells the day; a later one of the same day takes its place. Throws when the copy is not sound.
 */
export async function backUp(
  db: Database.Database,
  kind: BackupKind,
  nowMs: number,
): Promise<string> {
  const folder = backupFolder(db.name)
  const file = join(folder, `${kind}-${new Date(nowMs).toISOString().slice(0, 10)}.db`)
  const unverified = `${file}.partial`
  mkdirSync(folder, { recursive: true })
  rmSync(unverified, { force: true })
  await db.backup(unverified)
  verify(unverified)
  renameSync(unverified, file)
  for (const name of namesOf(folder, kind).slice(0, -keptOfEachKind)) rmSync(join(folder, name))
  return file
}

/** Makes the backup of today unless there is one. */
export async function backUpDaily(db: Database.Database, nowMs: number): Promise<void> {
  const today = new Date(nowMs).toISOString().slice(0, 10)
  if (namesOf(backupFolder(db.name), 'daily').includes(`daily-${today}.db`)) return
  await backUp(db, 'daily', nowMs)
}
