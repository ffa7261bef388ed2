import { readFileSync } from 'node:fs'

/** One page as a transaction wrote it into SQLite's write-ahead log. */
export interface LogFrame {
  /** `null` when the frame's own head is broken, so that it may have held any page. */
  page: number | null
  /** The size of the database in pages when the frame ends a transaction, else 0. */
  committedPages: number
  /** Whether the content is what was written. */
  isSound: boolean
  /** Where the page begins in the log. */
  position: number
}

/** The frames that SQLite wrote since it last began the log anew. */
export interface WriteAheadLog {
  bytes: Buffer
  pageBytes: number
  frames: LogFrame[]
  isHeadSound: boolean
}

const headBytes = 32
const frameHeadBytes = 24
const magic = 0x377f0682

type Checksum = readonly [number, number]

/** SQLite's checksum, which each frame goes on with from the one before. */
function checksum(bytes: Buffer, start: number, end: number, seed: Checksum, isBig: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [a, b] = seed
  for (let at = start; at < end; at += 8) {
    a = (a + view.getUint32(at, !isBig) + b) >>> 0
    b = (b + view.getUint32(at + 4, !isBig) + a) >>> 0
  }
  return [a, b] as const
}

const storedAt = (bytes: Buffer, at: number): Checksum => [
  bytes.readUInt32BE(at),
  bytes.readUInt32BE(at + 4),
]

const isEqual = (one: Checksum, other: Checksum): boolean =>
  one[0] === other[0] && one[1] === other[1]

/** Reads frames of one page size and byte order; nothing is known of the head but these. */
class FrameReader {
  readonly count: number
  readonly pageBytes: number
  private readonly bytes: Buffer
  private readonly isBig: boolean
  private readonly frameBytes: number

  constructor(bytes: Buffer, pageBytes: number, isBig: boolean) {
    this.bytes = bytes
    this.pageBytes = pageBytes
    this.isBig = isBig
    this.frameBytes = frameHeadBytes + pageBytes
    this.count = Math.floor((bytes.length - headBytes) / this.frameBytes)
  }

  start(index: number): number {
    return headBytes + index * this.frameBytes
  }

  /** What tells the log's present frames from those of before it was last begun anew. */
  salt(index: number): Checksum {
    return storedAt(this.bytes, this.start(index) + 8)
  }

  /** Compares with the checksum that stands in the frame before, or in the head. */
  isSound(index: number): boolean {
    const start = this.start(index)
    const seed = storedAt(this.bytes, index === 0 ? 24 : this.start(index - 1) + 16)
    const ofHead = checksum(this.bytes, start, start + 8, seed, this.isBig)
    const pageStart = start + frameHeadBytes
    const whole = checksum(this.bytes, pageStart, start + this.frameBytes, ofHead, this.isBig)
    return isEqual(whole, storedAt(this.bytes, start + 16))
  }

  read(index: number, salt: Checksum): LogFrame {
    const start = this.start(index)
    const isOurs = isEqual(this.salt(index), salt)
    return {
      page: isOurs ? this.bytes.readUInt32BE(start) : null,
      committedPages: isOurs ? this.bytes.readUInt32BE(start + 4) : 0,
      isSound: isOurs && this.isSound(index),
      position: start + frameHeadBytes,
    }
  }
}

/** The salt of the first frame that follows on from the one before it. */
function saltOfFrames(reader: FrameReader): Checksum | null {
  for (let index = 1; index < reader.count; index += 1)
    if (isEqual(reader.salt(index), reader.salt(index - 1)) && reader.isSound(index))
      return reader.salt(index)
  return null
}

/** Reads a log as far as it is of the present; `null` when there is none or nothing in it. */
export function readLog(logFile: string, pageBytes: number): WriteAheadLog | null {
  const bytes = readFileSync(logFile)
  if (bytes.length < headBytes + frameHeadBytes + pageBytes) return null
  const isBigByHead = (bytes.readUInt32BE(0) & 1) === 1
  const isHeadSound =
    (bytes.readUInt32BE(0) | 1) === (magic | 1) &&
    bytes.readUInt32BE(8) === pageBytes &&
    isEqual(checksum(bytes, 0, 24, [0, 0], isBigByHead), storedAt(bytes, 24))
  // SQLite writes it in the byte order of the machine, and all of ours are little-endian.
  const reader = new FrameReader(bytes, pageBytes, isHeadSound && isBigByHead)
  const salt = isHeadSound ? storedAt(bytes, 16) : saltOfFrames(reader)
  let count = salt === null ? 0 : reader.count
  while (salt !== null && count > 0 && !isEqual(reader.salt(count - 1), salt)) count -= 1
  const frames = Array.from({ length: count }, (_, index) => reader.read(index, salt ?? [0, 0]))
  return { bytes, pageBytes, frames, isHeadSound }
}

/**
 * Whether what is broken cannot come of an end in the midst of a write: SQLite writes in order, so then
 * no transaction is complete behind what is cut off. Frames of one that failed may stand there, when a
 * shorter one was written over its beginning; they have no end. Damage in the end of the very last
 * transaction looks the same as one that was cut off, which nobody was told of.
 */
export function isLogDamaged({ frames, isHeadSound }: WriteAheadLog): boolean {
  if (!isHeadSound) return true
  const firstBroken = frames.findIndex(({ isSound }) => !isSound)
  const later = firstBroken < 0 ? [] : frames.slice(firstBroken)
  return later.some(({ isSound, committedPages }) => isSound && committedPages > 0)
}
