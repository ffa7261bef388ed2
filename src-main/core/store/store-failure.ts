import { SqliteError } from 'better-sqlite3'
import { AppError } from '../../shared/errors.ts'
import { codeOfTrialWrite } from './trial-write.ts'

const damagedMessage = 'The chats are damaged. Restart the app to repair them.'
// The pages make the ids of chats and messages, so this is a page that has asked twice.
const idInUseMessage = 'This has been added already. Open the page anew, then do it again.'

/** SQLite's codes by how they begin; the finer codes say nothing more to a person. */
const failures = [
  [
    'SQLITE_BUSY',
    'store.in_use',
    'The chats are open in another window of the app. Close it first.',
  ],
  [
    'NOT_WRITABLE',
    'store.not_writable',
    'The chats may not be written to. Give the app the right to write to their folder, or choose another one with CHATGLM_DATA_DIR.',
  ],
  ['SQLITE_FULL', 'store.disk_full', 'The disk is full. Free some space and try again.'],
  [
    'SQLITE_READONLY',
    'store.read_only',
    'The chats are from a later version of the app. Update the app to go on with them.',
  ],
  ['SQLITE_CORRUPT', 'store.damaged', damagedMessage],
  ['SQLITE_NOTADB', 'store.damaged', damagedMessage],
  [
    'SQLITE_IOERR',
    'store.disk_failed',
    'The disk did not take or give the data. Check it, then restart the app.',
  ],
  [
    'SQLITE_CANTOPEN',
    'store.not_openable',
    'The file of the chats cannot be opened. Check that its folder exists and may be written.',
  ],
  ...['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE'].map(
    (code) => [code, 'store.id_in_use', idInUseMessage] as const,
  ),
] as const

/** What the system says about folders and copies of files, by the code of SQLite for the same. */
const systemCodes = new Map([
  ...['ENOSPC', 'EDQUOT'].map((code) => [code, 'SQLITE_FULL'] as const),
  ['EIO', 'SQLITE_IOERR'],
  ...['EACCES', 'EPERM', 'EROFS'].map((code) => [code, 'NOT_WRITABLE'] as const),
  // Node says ENOENT of a folder that a failed disk does not let it make.
  ...['EEXIST', 'ENOTDIR', 'ENOENT'].map((code) => [code, 'SQLITE_CANTOPEN'] as const),
])

/** What SQLite says of a disk that is full or may not be written to, and of other things. */
const unclear = /^SQLITE_(IOERR|CANTOPEN|READONLY)/

function codeOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return ''
  const code = String(error.code)
  return systemCodes.get(code) ?? code
}

/**
 * A failure of SQLite or the disk that is foreseen, as an AppError; anything else as it is. `file` is
 * given where it should be writable: then the system is asked what is wrong with its folder.
 */
export function storeFailure(error: unknown, file?: string): unknown {
  const ofSqlite = codeOf(error)
  const trial = file !== undefined && unclear.test(ofSqlite) ? codeOfTrialWrite(file) : null
  const isLocked = file !== undefined && ofSqlite.startsWith('SQLITE_READONLY')
  const code =
    (trial === null ? undefined : systemCodes.get(trial)) ?? (isLocked ? 'NOT_WRITABLE' : ofSqlite)
  const known = failures.find(([prefix]) => code.startsWith(prefix))
  return known ? new AppError(known[1], known[2], { cause: error }) : error
}

/** For a check that finds what SQLite itself has not stumbled over. */
export function chatsDamaged(): AppError {
  return new AppError('store.damaged', damagedMessage)
}

/** Whether the file itself is broken, so that only a recovery helps. */
export function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'store.damaged'
  return error instanceof SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
}
