import Database from 'better-sqlite3'

/** How long to wait for another process to let go: an app that is just closing. */
const busyTimeoutMs = 3000

function version(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Opens a database to write in; creates it when absent. Throws SqliteError. Changes nothing in a file
 * that is there, which may be damaged.
 *
 * `synchronous=FULL`: in WAL mode NORMAL loses the last commits in a power cut, and a question must
 * outlive one. It costs one flush a commit, on a thread where nobody waits. The exclusive lock keeps
 * a second instance from ending the replies that the first one is writing.
 */
export function openToWrite(file: string): Database.Database {
  const db = new Database(file, { timeout: busyTimeoutMs })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('fullfsync = ON') // macOS: flush the disk's own cache too
    db.pragma('foreign_keys = ON')
    db.pragma('secure_delete = ON')
    db.pragma('trusted_schema = OFF')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Opens a database that must not change. Throws SqliteError. */
export function openToRead(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
}

/** Opens a copy that is about to be checked, and makes one plain file of it. Throws SqliteError. */
export function openToCheck(copy: string): Database.Database {
  const db = new Database(copy, { fileMustExist: true })
  try {
    db.pragma('journal_mode = DELETE')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The version of the schema, read without touching the file. Throws SqliteError. */
export function versionOf(file: string): number {
  const db = openToRead(file)
  try {
    return version(db)
  } finally {
    db.close()
  }
}

/** Whether the structure is whole; `full` also compares each index with its table. */
export function isSound(db: Database.Database, depth: 'quick' | 'full'): boolean {
  const check = depth === 'quick' ? 'quick_check(1)' : 'integrity_check(1)'
  return db.pragma(check, { simple: true }) === 'ok'
}

/** Moves everything into the main file and empties the log, where deleted text may still stand. */
export function flushLog(db: Database.Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)')
}
