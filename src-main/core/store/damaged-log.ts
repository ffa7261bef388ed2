import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { isLogDamaged, readLog, type WriteAheadLog } from './log-frames.ts'

const defaultPageBytes = 4096

/** The database as the whole of a damaged log tells it, with marks where that is not known. */
export interface LogImage {
  file: string
  /** Stands in each page that is not known; a value that holds it is none. */
  gapMark: string
  /** Whether any page may be older than it should be. Then nobody can tell what is missing. */
  hasUnknownPages: boolean
}

/** The page size that a database tells, or ours when it does not. */
function pageBytesOf(file: string): number {
  const head = Buffer.alloc(2)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head, 0, 2, 16)
  } finally {
    closeSync(handle)
  }
  const size = head.readUInt16BE(0)
  return size >= 512 && (size & (size - 1)) === 0 ? size : defaultPageBytes
}

/**
 * Reads the log beside a database when it is damaged. SQLite believes a log up to the first frame that
 * is broken and forgets the rest without a word, though it was told to be on the disk. Asked before
 * anything writes, since the first write would begin the log anew.
 */
export function readDamagedLog(file: string): WriteAheadLog | null {
  if (!existsSync(file) || !existsSync(`${file}-wal`)) return null
  const log = readLog(`${file}-wal`, pageBytesOf(file))
  return log !== null && isLogDamaged(log) ? log : null
}

/** What the frames up to the last end of a transaction say of each page. */
function finalPages({ frames }: WriteAheadLog) {
  const end = frames.findLastIndex(({ isSound, committedPages }) => isSound && committedPages > 0)
  const known = new Map<number, number>()
  const broken = new Set<number>()
  const freshSinceUnknown = new Set<number>()
  let hasUnknownPages = false
  for (const { page, isSound, position } of frames.slice(0, end + 1)) {
    if (page === null) {
      hasUnknownPages = true
      freshSinceUnknown.clear()
    } else if (isSound) {
      known.set(page, position)
      broken.delete(page)
      freshSinceUnknown.add(page)
    } else broken.add(page)
  }
  return {
    ...{ known, broken, freshSinceUnknown, hasUnknownPages },
    sizePages: frames[end]?.committedPages ?? 0,
  }
}

/** A node of a tree tells what it is. What else there is holds the rest of long values. */
const isTreeNode = (page: Buffer): boolean => [2, 5, 10, 13].includes(page[0] ?? 0)

/** Reads and writes the pages of one file, which count from 1. */
class PageFile {
  private readonly handle: number
  private readonly pageBytes: number

  constructor(file: string, pageBytes: number) {
    this.pageBytes = pageBytes
    this.handle = openSync(file, 'r+')
  }

  read(page: number): Buffer {
    const bytes = Buffer.alloc(this.pageBytes)
    readSync(this.handle, bytes, 0, this.pageBytes, (page - 1) * this.pageBytes)
    return bytes
  }

  write(page: number, bytes: Buffer): void {
    writeSync(this.handle, bytes, 0, bytes.length, (page - 1) * this.pageBytes)
  }

  /** Makes it a database without a log that has so many pages. */
  finish(sizePages: number): void {
    const first = this.read(1)
    first.fill(1, 18, 20)
    first.writeUInt32BE(sizePages, 28)
    first.copy(first, 92, 24, 28) // the size holds only for this change
    this.write(1, first)
    ftruncateSync(this.handle, sizePages * this.pageBytes)
  }

  close(): void {
    closeSync(this.handle)
  }
}

/**
 * Writes to `imageFile` what the database was when the log ended. A page whose last version is broken
 * is filled with a mark, since an older version of it could give one row the words of another. When a
 * frame may have held any page, so are all later parts of long values that no later frame vouches for.
 */
export function writeLogImage(file: string, log: WriteAheadLog, imageFile: string): LogImage {
  const { known, broken, freshSinceUnknown, hasUnknownPages, sizePages } = finalPages(log)
  copyFileSync(file, imageFile)
  const image = new PageFile(imageFile, log.pageBytes)
  const gapMark = randomBytes(8).toString('hex')
  const gap = Buffer.alloc(log.pageBytes, gapMark)
  try {
    const contentAt = (position: number) => log.bytes.subarray(position, position + log.pageBytes)
    // A log that was moved into the file in whole is spent: then nothing in it matters.
    if ([...known].every(([page, at]) => image.read(page).equals(contentAt(at)))) {
      image.finish(statSync(file).size / log.pageBytes)
      return { file: imageFile, gapMark, hasUnknownPages: known.size === 0 || !log.isHeadSound }
    }
    for (const [page, position] of known) image.write(page, contentAt(position))
    for (const page of broken) if (page > 1 && page <= sizePages) image.write(page, gap)
    for (let page = 2; hasUnknownPages && page <= sizePages; page += 1)
      if (!freshSinceUnknown.has(page) && !isTreeNode(image.read(page))) image.write(page, gap)
    image.finish(sizePages)
  } finally {
    image.close()
  }
  return { file: imageFile, gapMark, hasUnknownPages }
}
