import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CatalogueFile } from '../../shared/catalogue.ts'
import { AppError } from '../../shared/errors.ts'
import { adoptFile } from './adopt-file.ts'
import type { BandwidthLimiter } from './bandwidth-limiter.ts'
import { finalFailure, isDiskFull } from './download-failure.ts'
import type { DownloadLimits } from './download-limits.ts'
import { type SpaceQuestion, waitForSpace, waitUntilWritable } from './disk-space.ts'
import type { FetchedFile } from './fetch-types.ts'
import { FileDownload } from './file-download.ts'
import type { FileSource } from './file-source.ts'
import { findDamage } from './find-damage.ts'
import { gitBlobOfFile, sha256OfFile } from './hash-file.ts'
import { PartFile } from './part-file.ts'
import { readPartState } from './part-state.ts'
import type { ProgressTeller } from './progress-teller.ts'
import { type KnownFile, SourcePool } from './source-pool.ts'

export interface FetchFileOptions {
  file: CatalogueFile
  folder: string
  sources: FileSource[]
  adoptFrom: string[]
  connections: number
  limiter: BandwidthLimiter
  limits: DownloadLimits
  space: SpaceQuestion
  progress: ProgressTeller
  signal: AbortSignal
  onSetAside: (movedTo: string) => void
}

/** A file that still is damaged after so many attempts to mend it is given up. */
const maxRepairs = 2
const maxVersions = 3

/** Brings one file into its folder, whole and sound. */
export class FileFetch {
  private readonly path: string
  private readonly known: KnownFile
  private readonly pool: SourcePool

  constructor(private readonly options: FetchFileOptions) {
    const { file, folder, sources, limits, progress } = options
    this.path = join(folder, file.path)
    this.known = { path: file.path, sizeBytes: file.sizeBytes, sha256: file.sha256, gitBlob: null }
    this.pool = new SourcePool(sources, this.known, limits, (failure, retryAtMs) => {
      const { code, message } = failure
      progress.tell({ type: 'waiting', failure: { code, message }, retryAtMs })
    })
  }

  /**
   * Asks a source how long the file is, where neither the catalogue nor an earlier attempt knows.
   * Waits until one answers. Throws as `run` does.
   */
  async learnSize(): Promise<number> {
    await this.recall()
    if (this.known.sizeBytes === null) await this.pool.pick(this.options.signal)
    if (this.known.sizeBytes === null) throw finalFailure(this.known.path, ['not_found'])
    return this.known.sizeBytes
  }

  /** Throws AppError, an error of the disk, or the signal's reason. */
  async run(): Promise<FetchedFile> {
    const { file, signal, space } = this.options
    await mkdir(dirname(this.path), { recursive: true })
    await this.recall()
    for (let versions = 1; ;) {
      try {
        return await this.attempt()
      } catch (error) {
        if (isDiskFull(error)) {
          await waitUntilWritable(space, signal)
        } else if (this.isOutdated(error) && versions < maxVersions) {
          versions += 1
          const { sizeBytes, sha256 } = file
          Object.assign(this.known, { sizeBytes, sha256, gitBlob: null })
          this.pool.relearn()
        } else throw error
      }
    }
  }

  /** What an earlier attempt has learnt of the file. */
  private async recall(): Promise<void> {
    const begun = await readPartState(`${this.path}.part.json`)
    this.known.sizeBytes ??= begun?.sizeBytes ?? null
    this.known.sha256 ??= begun?.sha256 ?? null
  }

  /** All sources contradict what one of them has said, and the catalogue does not know. */
  private isOutdated(error: unknown): boolean {
    const { file } = this.options
    const isLearnt = file.sizeBytes === null || file.sha256 === null
    return isLearnt && error instanceof AppError && error.code === 'download.changed'
  }

  private async attempt(): Promise<FetchedFile> {
    const { progress, signal, folder, adoptFrom, space } = this.options
    if (this.known.sizeBytes === null || this.known.sha256 === null) await this.pool.pick(signal)
    const onVerified = () => progress.tell({ type: 'checking' })
    const adoption = { folder, adoptFrom, known: this.known, signal, onVerified }
    const { file, movedTo } = await adoptFile(adoption)
    if (movedTo !== null) this.options.onSetAside(movedTo)
    if (file) {
      this.tellBytes(file.sizeBytes)
      return file
    }
    await waitForSpace(space, signal)
    return this.download()
  }

  private async download(): Promise<FetchedFile> {
    const { file, limits, progress, connections, limiter } = this.options
    const { path, sizeBytes, sha256 } = this.known
    if (sizeBytes === null) throw finalFailure(path, ['not_found'])
    const blockBytes = file.blocks?.sizeBytes ?? limits.blockBytes
    const part = await PartFile.open(this.path, { sizeBytes, blockBytes, sha256 }, limits)
    let hash: string
    try {
      this.tellBytes(part.doneBytes)
      const download = new FileDownload({
        ...{ path, part, pool: this.pool, connections, limiter },
        blockHashes: file.blocks?.sha256 ?? null,
        onBytes: (source) => {
          this.tellBytes(part.doneBytes)
          progress.tell({ type: 'downloading', path, source })
        },
      })
      hash = await this.fill(part, download)
    } finally {
      await part.close()
    }
    await part.finish()
    return { path, sizeBytes, sha256: hash }
  }

  private async fill(part: PartFile, download: FileDownload): Promise<string> {
    const { file, progress, signal } = this.options
    const { path, sha256 } = this.known
    for (let repairs = 0; ; repairs += 1) {
      await download.run(signal)
      await part.save()
      const hash = await sha256OfFile(part.partPath, signal, (verifiedBytes) =>
        progress.tell({ type: 'verifying', path, verifiedBytes }),
      )
      const isSound = sha256 === null ? await this.isNamed(part) : hash === sha256
      if (isSound) return hash
      if (repairs === maxRepairs) {
        await part.restart(null)
        throw finalFailure(path, ['damaged'])
      }
      const { sizeBytes } = part.state
      const damage = await findDamage(part.partPath, sizeBytes, file.blocks, signal)
      const whole = { start: 0, end: sizeBytes }
      for (const range of damage.length > 0 ? damage : [whole]) await download.discard(range)
      this.tellBytes(part.doneBytes)
    }
  }

  /** Whether the content has the name that a hub gives it, where one is known. */
  private async isNamed({ partPath, state }: PartFile): Promise<boolean> {
    const { gitBlob } = this.known
    if (gitBlob === null) return true
    return (await gitBlobOfFile(partPath, state.sizeBytes, this.options.signal)) === gitBlob
  }

  private tellBytes(doneBytes: number): void {
    this.options.progress.setFile(this.known.path, doneBytes, this.known.sizeBytes)
  }
}
