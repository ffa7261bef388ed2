import { Worker } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { isSound, openToCheck } from './database-file.ts'
import { isDamage } from './store-failure.ts'

/** Whether a copy of the database is whole, in full depth. It becomes one plain file. */
export type CopyCheck = (copy: string) => boolean | Promise<boolean>

/** What a thread is given that checks a copy, and nothing else. */
export interface CopyToCheck {
  copy: string
}

/** The check in the thread that asks, which waits: seconds with 100,000 messages. Throws SqliteError. */
export function isSoundCopy(copy: string): boolean {
  let db: Database | undefined
  try {
    db = openToCheck(copy)
    return isSound(db, 'full')
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  } finally {
    db?.close()
  }
}

/** The work order of a thread that checks a copy; `null` in any other thread. */
export function copyToCheck(workerData: unknown): CopyToCheck | null {
  const isOrder = typeof workerData === 'object' && workerData !== null && 'copy' in workerData
  return isOrder && typeof workerData.copy === 'string' ? { copy: workerData.copy } : null
}

/**
 * Checks copies in a thread of their own, so that whoever asks goes on. `entry` is a program that
 * answers a `CopyToCheck` with a boolean. Rejects with what went wrong there.
 */
export function checkInThread(entry: URL | string): CopyCheck {
  return (copy) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(entry, { workerData: { copy } satisfies CopyToCheck })
      worker.once('message', (isWhole: unknown) => resolve(isWhole === true))
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('The check of a backup ended without an answer.')))
    })
}
