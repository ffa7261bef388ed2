import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { type CopyCheck, isSoundCopy } from './copy-check.ts'
import { chatsDamaged } from './store-failure.ts'

const keptOfEachKind = 7

/** Why a backup is made. The two kinds do not push each other out. */
export type BackupKind = 'daily' | 'before-migration'

/** The folder of a database's backups, beside it. */
export const backupFolder = (file: string): string => join(dirname(file), 'backups')

function namesOf(folder: string, kind: BackupKind): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.db'))
}

const dayOfName = (name: string): string => name.replace(/^[a-z-]+/, '').slice(0, 10)
const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10)

/**
 * In the order in which they were made, as far as names tell. What bears a day that is still to come was
 * made before the clock was set back.
 */
function byAge(nowMs: number): (one: string, other: string) => number {
  const today = dayOf(nowMs)
  const rank = (name: string) => `${dayOfName(name) > today ? 0 : 1} ${dayOfName(name)}`
  return (one, other) => rank(one).localeCompare(rank(other))
}

/** All backups, the newest first. */
export function backupsOf(file: string, nowMs: number): string[] {
  const folder = backupFolder(file)
  return [...namesOf(folder, 'daily'), ...namesOf(folder, 'before-migration')]
    .sort(byAge(nowMs))
    .reverse()
    .map((name) => join(folder, name))
}

/**
 * Copies the database while it stays in use, checks the copy, and drops the oldest ones. Its name
 * tells the day; a later one of the same day takes its place. Throws when the copy is not sound.
 */
export async function backUp(
  db: Database,
  kind: BackupKind,
  nowMs: number,
  isWhole: CopyCheck = isSoundCopy,
): Promise<string> {
  const folder = backupFolder(db.name)
  const file = join(folder, `${kind}-${dayOf(nowMs)}.db`)
  const unverified = `${file}.partial`
  mkdirSync(folder, { recursive: true })
  rmSync(unverified, { force: true })
  await db.backup(unverified)
  if (!(await isWhole(unverified))) throw chatsDamaged()
  renameSync(unverified, file)
  const names = namesOf(folder, kind).sort(byAge(nowMs))
  for (const name of names.slice(0, -keptOfEachKind)) rmSync(join(folder, name))
  return file
}

/** Makes the backup of today unless there is one. */
export async function backUpDaily(db: Database, nowMs: number, isWhole?: CopyCheck): Promise<void> {
  if (namesOf(backupFolder(db.name), 'daily').includes(`daily-${dayOf(nowMs)}.db`)) return
  await backUp(db, 'daily', nowMs, isWhole)
}
