import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A few pages and the log's index, which is what an operation needs at least. */
const trialBytes = 2 ** 17

/**
 * Writes beside a file and returns the system's code when that fails. SQLite gives one name to many
 * failures (a full disk is a failed one to it while it opens a file), and a quota shows in no free space.
 */
export function codeOfTrialWrite(file: string): string | null {
  const trial = `${file}.trial`
  try {
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(trial, 'w')
    try {
      writeSync(handle, Buffer.alloc(trialBytes, 1))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
      rmSync(trial, { force: true })
    }
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : null
  }
}
