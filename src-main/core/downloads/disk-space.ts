import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppFailure } from '../../shared/errors.ts'
import { pause } from './abort.ts'
import { diskFull, isDiskFull } from './download-failure.ts'

/** Bytes that we may write to the disk of a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

export interface SpaceQuestion {
  folder: string
  /** Asked each time, as others free and fill the disk, too. */
  neededBytes: () => number
  freeBytes: (folder: string) => Promise<number>
  checkMs: number
  onWaiting: (failure: AppFailure, retryAtMs: number) => void
}

/** Waits until the disk has room. */
export async function waitForSpace(question: SpaceQuestion, signal: AbortSignal): Promise<void> {
  const { folder, neededBytes, freeBytes, checkMs, onWaiting } = question
  for (;;) {
    const missing = neededBytes() - (await freeBytes(folder))
    if (missing <= 0) return
    onWaiting(diskFull(folder, missing), Date.now() + checkMs)
    await pause(checkMs, signal)
  }
}

const trialBytes = 2 ** 23

/**
 * Waits after a write has failed for want of room. A quota does not show in the free space, so
 * room is found by trying; else each look would cost bytes from the network.
 */
export async function waitUntilWritable(
  question: SpaceQuestion,
  signal: AbortSignal,
): Promise<void> {
  const { folder, neededBytes, checkMs, onWaiting } = question
  do {
    onWaiting(diskFull(folder, neededBytes()), Date.now() + checkMs)
    await pause(checkMs, signal)
  } while (!(await isWritable(folder)))
}

async function isWritable(folder: string): Promise<boolean> {
  const path = join(folder, '.chatglm.trial')
  try {
    const file = await open(path, 'w')
    try {
      await file.writeFile(Buffer.alloc(trialBytes, 1))
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (isDiskFull(error)) return false
    throw error
  } finally {
    await rm(path, { force: true })
  }
}
