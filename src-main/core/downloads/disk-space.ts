import { statfs } from 'node:fs/promises'
import type { AppFailure } from '../../shared/errors.ts'
import { pause } from './abort.ts'
import { diskFull } from './download-failure.ts'

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
