import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DownloadLimits } from './download-limits.ts'
import { blockLength, type PartState, readPartState } from './part-state.ts'
import { replaceFile, syncFolder } from './replace-file.ts'

export interface ByteRange {
  start: number
  /** The byte after the last one. */
  end: number
}

export interface PartFacts {
  sizeBytes: number
  blockBytes: number
  sha256: string | null
}

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0)

/**
 * A file that is being fetched: its bytes in `name.part`, and in `name.part.json` how far each block
 * is on the disk for certain. Bytes reach the disk before the state says so; a crash loses at most
 * `unsavedBytes`. Blocks are filled from their beginning, each by one connection.
 */
export class PartFile {
  private readonly taken = new Set<number>()
  private writingBytes = 0
  private savedBytes: number
  private savedAtMs = performance.now()
  private saving: Promise<void> | undefined
  private saveError: Error | undefined

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly limits: DownloadLimits,
    readonly state: PartState,
  ) {
    this.savedBytes = this.doneBytes
  }

  /** Goes on with what is there when it is of the same file; else begins anew. */
  static async open(path: string, facts: PartFacts, limits: DownloadLimits): Promise<PartFile> {
    const { sizeBytes, blockBytes, sha256 } = facts
    const handle = await open(`${path}.part`, 'a').then(async (file) => {
      await file.close() // it exists now
      return open(`${path}.part`, 'r+')
    })
    const known = await readPartState(`${path}.part.json`)
    const isSame =
      known?.sizeBytes === sizeBytes &&
      known.blockBytes === blockBytes &&
      known.sha256 === sha256 &&
      (await handle.stat()).size === sizeBytes
    const state: PartState = isSame
      ? known
      : {
          ...{ version: 1, sizeBytes, blockBytes, sha256, onlySource: null, etags: {} },
          done: new Array<number>(Math.ceil(sizeBytes / blockBytes)).fill(0),
        }
    const part = new PartFile(path, handle, limits, state)
    try {
      if (!isSame) await part.begin()
    } catch (error) {
      await handle.close()
      throw error
    }
    return part
  }

  /** The state first: with the old one, a file of the new size would be taken for the old file. */
  private async begin(): Promise<void> {
    await this.save()
    await this.handle.truncate(0)
    await this.handle.truncate(this.state.sizeBytes) // takes no room yet where the disk allows it
  }

  get partPath(): string {
    return `${this.path}.part`
  }

  get doneBytes(): number {
    return sum(this.state.done)
  }

  get isComplete(): boolean {
    return this.doneBytes === this.state.sizeBytes
  }

  /** A block that nobody works on, with bytes missing; it is the caller's until released. */
  takeBlock(): number | null {
    const block = this.state.done.findIndex(
      (_, index) => !this.taken.has(index) && this.missing(index) !== null,
    )
    if (block === -1) return null
    this.taken.add(block)
    return block
  }

  releaseBlock(block: number): void {
    this.taken.delete(block)
  }

  /** All bytes of a block. */
  range(block: number): ByteRange {
    const { sizeBytes, blockBytes } = this.state
    const start = block * blockBytes
    return { start, end: start + blockLength(sizeBytes, blockBytes, block) }
  }

  /** What a block lacks; null when it is whole. */
  missing(block: number): ByteRange | null {
    const { start, end } = this.range(block)
    const next = start + (this.state.done[block] ?? 0)
    return next < end ? { start: next, end } : null
  }

  /** Adds bytes to a block. Waits while too many are on their way to the disk. */
  async write(block: number, bytes: Uint8Array): Promise<void> {
    while (this.unsavedBytes > 0 && this.unsavedBytes + bytes.length > this.limits.unsavedBytes)
      await this.save()
    this.throwSaveError()
    const done = this.state.done[block] ?? 0
    this.writingBytes += bytes.length
    try {
      await this.writeAll(bytes, this.range(block).start + done)
      this.state.done[block] = done + bytes.length
    } finally {
      this.writingBytes -= bytes.length
    }
    const isDue = performance.now() - this.savedAtMs > this.limits.saveMs
    if (isDue || this.unsavedBytes > this.limits.unsavedBytes / 2) this.saveSoon()
  }

  /** Forgets what is in a range, and in the rest of its blocks, so that it is fetched again. */
  async reset({ start, end }: ByteRange): Promise<void> {
    const { blockBytes, done } = this.state
    for (let block = Math.floor(start / blockBytes); block * blockBytes < end; block += 1) {
      const keep = Math.max(0, start - block * blockBytes)
      done[block] = Math.min(done[block] ?? 0, keep)
    }
    this.savedBytes = Math.min(this.savedBytes, this.doneBytes)
    await this.saving
    await this.save()
  }

  /** Forgets everything, as before the first byte. */
  async restart(onlySource: string | null): Promise<void> {
    this.state.onlySource = onlySource
    await this.reset({ start: 0, end: this.state.sizeBytes })
  }

  async readBlock(block: number): Promise<Buffer> {
    const { start, end } = this.range(block)
    const bytes = Buffer.alloc(end - start)
    await this.handle.read(bytes, 0, bytes.length, start)
    return bytes
  }

  /** Brings what is written to the disk, and then the state that says so. */
  save(): Promise<void> {
    this.saving ??= this.saveNow().finally(() => {
      this.saving = undefined
    })
    return this.saving
  }

  /** Saves and closes. */
  async close(): Promise<void> {
    try {
      await this.saving?.catch(() => undefined) // the next save says what is wrong
      await this.save()
    } finally {
      await this.handle.close()
    }
  }

  /** Gives the whole file its name. Call it after `close`. */
  async finish(): Promise<void> {
    await rename(this.partPath, this.path)
    await rm(`${this.path}.part.json`, { force: true })
    await syncFolder(dirname(this.path))
  }

  private get unsavedBytes(): number {
    return this.doneBytes - this.savedBytes + this.writingBytes
  }

  private async writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const length = bytes.length - written
      written += (await this.handle.write(bytes, written, length, position + written)).bytesWritten
    }
  }

  /** The next writer is told when it fails. */
  private saveSoon(): void {
    this.save().catch((error: unknown) => {
      this.saveError ??= error instanceof Error ? error : new Error(String(error))
    })
  }

  private throwSaveError(): void {
    const error = this.saveError
    this.saveError = undefined
    if (error) throw error
  }

  private async saveNow(): Promise<void> {
    const state = JSON.stringify(this.state)
    const doneBytes = this.doneBytes
    this.savedAtMs = performance.now()
    await this.handle.datasync()
    await replaceFile(`${this.path}.part.json`, state)
    this.savedBytes = Math.min(doneBytes, this.doneBytes)
  }
}

/** Bytes of a file that an earlier download has left on the disk. */
export async function partBytes(path: string): Promise<number> {
  const state = await readPartState(`${path}.part.json`)
  const isThere = await stat(`${path}.part`).then(
    () => true,
    () => false,
  )
  return state && isThere ? sum(state.done) : 0
}
