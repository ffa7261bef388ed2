import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { backUp } from './backups.ts'
import type { Clock } from './clock.ts'
import { readDamagedLog } from './damaged-log.ts'
import { isSound, openToRead, openToWrite, versionOf } from './database-file.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import { latestVersion } from './migrations/all-migrations.ts'
import type { RecoveryReport } from '../../shared/open-report.ts'
import { finishRecovery, recover } from './recover.ts'
import { hasSoundMark, removeSoundMark } from './sound-mark.ts'
import { isDamage } from './store-failure.ts'

/** A database that is whole and of this version, or of a later one and read-only. */
export interface OpenDatabase {
  db: Database
  isReadOnly: boolean
  recovery: RecoveryReport | null
}

/** The version; `null` for a damaged file, and 0 for none. */
function versionOrDamage(file: string): number | null {
  if (!existsSync(file)) return 0
  try {
    return versionOf(file)
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** Opens a file that is whole. Returns `null` for a damaged one. Checks it unless it is known. */
function openSound(file: string, isKnownSound: boolean): Database | null {
  let db: Database | undefined
  try {
    db = openToWrite(file)
    if (isKnownSound || isSound(db, 'quick')) return db
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  db?.close()
  return null
}

/**
 * Opens the database, whatever state it is in: makes a new one, backs up and migrates an old one,
 * recovers a damaged one, and leaves one of a later version untouched.
 */
export async function openDatabase(file: string, now: Clock): Promise<OpenDatabase> {
  mkdirSync(dirname(file), { recursive: true })
  finishRecovery(file)
  const isKnownSound = hasSoundMark(file)
  const version = versionOrDamage(file)
  if (version !== null && version > latestVersion)
    return { db: openToRead(file), isReadOnly: true, recovery: null }

  const damagedLog = readDamagedLog(file)
  const isBroken = version === null || damagedLog !== null
  let db = isBroken ? null : openSound(file, isKnownSound || version === 0)
  const recovery = db === null ? recover(file, now(), damagedLog) : null
  db ??= openToWrite(file)
  removeSoundMark(file)
  try {
    const pending = pendingMigrations(db)
    if (pending.length > 0 && version !== 0 && recovery === null)
      await backUp(db, 'before-migration', now())
    migrate(db, pending)
  } catch (error) {
    db.close()
    throw error
  }
  return { db, isReadOnly: false, recovery }
}
