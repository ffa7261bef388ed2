import { createHash } from 'node:crypto'
import type { SourceKind } from '../../shared/catalogue.ts'
import { withController } from './abort.ts'
import type { BandwidthLimiter } from './bandwidth-limiter.ts'
import { finalFailure } from './download-failure.ts'
import type { FileSource } from './file-source.ts'
import type { ByteRange, PartFile } from './part-file.ts'
import type { ReadySource, SourcePool } from './source-pool.ts'
import { SourceProblem } from './source-problem.ts'

export interface FileDownloadOptions {
  path: string
  part: PartFile
  pool: SourcePool
  connections: number
  limiter: BandwidthLimiter
  /** SHA-256 of the blocks of the part, where they are known. */
  blockHashes: string[] | null
  /** Some bytes have arrived. */
  onBytes: (source: SourceKind) => void
}

/** A block that is damaged so often is given up. */
const maxBadBlocks = 4

/** Fills a part file from its sources, over several connections. */
export class FileDownload {
  /** Who sent a block last, and whose blocks were damaged. */
  private readonly senders = new Map<number, FileSource>()
  private readonly distrusted = new Map<number, FileSource>()

  constructor(private readonly options: FileDownloadOptions) {}

  /** Ends when the part is complete. Throws AppError, an error of the disk, or the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { part, pool } = this.options
    await withController(signal, async (controller) => {
      while (!part.isComplete) {
        const ready = await pool.pick(controller.signal)
        if (ready.facts.hasRanges) await this.runWorkers(controller)
        else await this.readWhole(ready, controller.signal)
      }
    })
  }

  /** Has a range fetched again, from another source where there is one. */
  async discard(range: ByteRange): Promise<void> {
    const { part } = this.options
    for (const [block, sender] of this.senders) {
      const { start, end } = part.range(block)
      if (start < range.end && range.start < end) this.distrusted.set(block, sender)
    }
    await part.reset(range)
  }

  private async runWorkers(controller: AbortController): Promise<void> {
    // Without a hash, nothing but the order of a single connection keeps versions apart.
    const count = this.options.part.state.sha256 === null ? 1 : this.options.connections
    const workers = Array.from({ length: count }, () =>
      this.work(controller.signal).catch((error: unknown) => controller.abort(error)),
    )
    await Promise.all(workers)
    controller.signal.throwIfAborted()
  }

  private async work(signal: AbortSignal): Promise<void> {
    const { part } = this.options
    for (;;) {
      const block = part.takeBlock()
      if (block === null) return
      try {
        if (!(await this.fillBlock(block, signal))) return
      } finally {
        part.releaseBlock(block)
      }
    }
  }

  /** False when only sources are left that send whole files. */
  private async fillBlock(block: number, signal: AbortSignal): Promise<boolean> {
    const { part, pool, path } = this.options
    for (let bad = 0; ;) {
      if (part.missing(block) === null) {
        if (await this.isSound(block)) return true
        bad += 1
        if (bad === maxBadBlocks) throw finalFailure(path, ['damaged'])
        await this.discard(part.range(block))
      }
      const ready = await pool.pick(signal, this.distrusted.get(block) ?? null)
      if (!ready.facts.hasRanges) return false
      await this.admit(ready)
      const range = part.missing(block)
      if (range) await this.readRange(ready, block, range, signal)
    }
  }

  private async isSound(block: number): Promise<boolean> {
    const { part, blockHashes } = this.options
    const expected = blockHashes?.[block]
    if (expected === undefined) return true
    return (
      createHash('sha256')
        .update(await part.readBlock(block))
        .digest('hex') === expected
    )
  }

  private async readRange(
    ready: ReadySource,
    block: number,
    range: ByteRange,
    signal: AbortSignal,
  ): Promise<void> {
    const { part, pool } = this.options
    this.senders.set(block, ready.source)
    await this.read(ready, range, signal, (bytes) => part.write(block, bytes))
    if (part.missing(block) === null) pool.succeeded(ready)
  }

  /** Reads a file from its beginning and passes over what is there already. */
  private async readWhole(ready: ReadySource, signal: AbortSignal): Promise<void> {
    const { part, pool } = this.options
    await this.admit(ready)
    const { sizeBytes, blockBytes } = part.state
    let position = 0
    await this.read(ready, { start: 0, end: sizeBytes }, signal, async (bytes) => {
      for (let offset = 0; offset < bytes.length;) {
        const block = Math.floor(position / blockBytes)
        const end = Math.min(bytes.length, offset + part.range(block).end - position)
        const next = part.missing(block)?.start
        const skipped = next === undefined ? end : Math.min(end, offset + next - position)
        if (skipped < end) await part.write(block, bytes.subarray(Math.max(offset, skipped), end))
        position += end - offset
        offset = end
      }
    })
    if (part.isComplete) pool.succeeded(ready)
  }

  private async read(
    ready: ReadySource,
    range: ByteRange,
    signal: AbortSignal,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const { limiter, pool, onBytes, part } = this.options
    // With a hash, what the servers of one source call a version says nothing; it may differ.
    const facts = part.state.sha256 === null ? ready.facts : { ...ready.facts, etag: null }
    let received = 0
    try {
      for await (const bytes of ready.source.read(range, facts, signal)) {
        received += bytes.length
        await write(bytes)
        onBytes(ready.source.endpoint.kind)
        await limiter.take(bytes.length, signal)
      }
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error
      pool.failed(ready, error, received)
    }
  }

  /** Keeps versions apart: where no hash would tell, bytes of another one replace all others. */
  private async admit({ source, facts }: ReadySource): Promise<void> {
    const { state } = this.options.part
    const isOther = state.onlySource !== source.key || state.etags[source.key] !== facts.etag
    state.etags[source.key] = facts.etag
    if (state.sha256 === null && isOther) await this.options.part.restart(source.key)
  }
}
