import { AppError, failureOf } from '../../shared/errors.ts'
import type { Download, DownloadChoice, DownloadState } from '../../shared/downloads.ts'
import type { DownloadId, ModelId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { AcceptedLicences } from '../catalogue/accepted-licences.ts'
import type { CatalogueService } from '../catalogue/catalogue-service.ts'
import type { Logger } from '../logger.ts'
import { ProgressMeter } from '../progress-meter.ts'
import type { StoredDownload } from '../store/download-table.ts'
import type { StoreClient } from '../store/store-client.ts'
import type { OnFetchModelProgress } from './fetch-model.ts'

/** Brings one model onto the disk and into the list. */
export type Fetcher = (
  choice: DownloadChoice,
  signal: AbortSignal,
  onProgress: OnFetchModelProgress,
) => Promise<ModelId>

export interface DownloadServices {
  store: StoreClient
  catalogue: CatalogueService
  licences: AcceptedLicences
  events: AppEventBus
  log: Logger
  fetch: Fetcher
  /**
   * Deletes what is not yet a model. With `keepsFiles` the fetched files stay, as another one is
   * on its way from them.
   */
  discard: (
    choice: Pick<DownloadChoice, 'catalogueId' | 'convertTo'>,
    keepsFiles: boolean,
  ) => Promise<void>
}

interface Entry {
  stored: StoredDownload
  state: DownloadState
  meter: ProgressMeter
  progress: Download['progress']
}

/** How often the pages are told of progress. */
const tellMs = 250

const still = (doneBytes: number, totalBytes: number): Download['progress'] => ({
  ...{ doneBytes, totalBytes, bytesPerSecond: 0, timeLeftMs: null },
})

/** Owns the models that are on their way: one at a time, in the order in which they were asked for. */
export class ModelDownloads {
  private readonly entries = new Map<DownloadId, Entry>()
  private running: { id: DownloadId; abort: AbortController; ended: Promise<void> } | undefined
  private telling: NodeJS.Timeout | undefined
  /** Nothing is fetched before `begin`, during a move, and after `close`. */
  private isHeld = true

  constructor(private readonly services: DownloadServices) {}

  /** Reads what was on its way when the app ended. Called once, before anything else asks. */
  async load(): Promise<void> {
    for (const stored of await this.services.store.ask('download.list', {}))
      this.entries.set(stored.id, newEntry(stored))
  }

  /** Goes on with what is queued. */
  begin(): void {
    this.isHeld = false
    this.next()
  }

  list(): Download[] {
    return [...this.entries.values()].map(({ stored, state, progress }) => ({
      id: stored.id,
      catalogueId: stored.catalogueId,
      convertTo: stored.convertTo,
      keepSource: stored.keepSource,
      addedAtMs: stored.addedAtMs,
      state,
      progress,
    }))
  }

  /** Throws AppError `catalogue.*` or `licence.not_accepted`. */
  async start(id: DownloadId, choice: DownloadChoice): Promise<void> {
    const { catalogue, licences } = this.services
    const model = await catalogue.find(choice.catalogueId)
    const result = model.results.find(({ type }) => type === choice.convertTo)
    if (!result)
      throw new AppError(
        'catalogue.type_unknown',
        `${model.name} does not become ${choice.convertTo}. Choose one of ${model.results.map(({ type }) => type).join(', ')}.`,
      )
    await licences.require(model.licenceId)
    const isSame = ({ stored }: Entry) =>
      stored.catalogueId === choice.catalogueId && stored.convertTo === choice.convertTo
    const known = [...this.entries.values()].find(isSame)
    if (known && known.state.type !== 'finished') return this.resume(known.stored.id)
    if (known) await this.forget(known.stored.id)
    if (this.entries.has(id))
      throw new AppError('download.id_in_use', 'This download is in the list already. Try again.')
    const fileBytes = model.files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
    const stored: StoredDownload = {
      ...{ id, ...choice, addedAtMs: Date.now(), isPaused: false, failure: null, modelId: null },
      ...{ doneBytes: 0, totalBytes: fileBytes + result.sizeBytes },
    }
    this.entries.set(id, newEntry(stored))
    await this.services.store.ask('download.put', stored)
    this.tell()
    this.next()
  }

  async pause(id: DownloadId): Promise<void> {
    const entry = this.entryOf(id)
    if (entry.stored.modelId !== null) return
    await this.change(entry, { isPaused: true, failure: null }, { type: 'paused' })
    await this.stopRunning(id)
    this.next()
  }

  async resume(id: DownloadId): Promise<void> {
    const entry = this.entryOf(id)
    if (this.running?.id === id || entry.stored.modelId !== null) return
    await this.change(entry, { isPaused: false, failure: null }, { type: 'queued' })
    this.next()
  }

  /** Stops it and deletes what was fetched; a finished one only leaves the list. */
  async cancel(id: DownloadId): Promise<void> {
    const { stored } = this.entryOf(id)
    await this.forget(id)
    await this.stopRunning(id)
    const isShared = [...this.entries.values()].some(
      (other) => other.stored.catalogueId === stored.catalogueId && other.stored.modelId === null,
    )
    if (stored.modelId === null) await this.services.discard(stored, isShared)
    this.next()
  }

  /** Stops what runs; it goes on at the next start. */
  async close(): Promise<void> {
    this.isHeld = true
    if (this.running) await this.stopRunning(this.running.id)
    clearTimeout(this.telling)
  }

  /** Stops what runs for `work` and goes on afterwards: the folder of models is being moved. */
  async suspend<T>(work: () => Promise<T>): Promise<T> {
    this.isHeld = true
    try {
      if (this.running) await this.stopRunning(this.running.id)
      return await work()
    } finally {
      this.begin()
    }
  }

  private entryOf(id: DownloadId): Entry {
    const entry = this.entries.get(id)
    if (entry) return entry
    throw new AppError('download.unknown', 'This download is not in the list any more.')
  }

  private async forget(id: DownloadId): Promise<void> {
    this.entries.delete(id)
    await this.services.store.ask('download.remove', { downloadId: id })
    this.tell()
  }

  private async stopRunning(id: DownloadId): Promise<void> {
    if (this.running?.id !== id) return
    this.running.abort.abort()
    await this.running.ended
  }

  private next(): void {
    if (this.running || this.isHeld) return
    const entry = [...this.entries.values()].find(({ state }) => state.type === 'queued')
    if (!entry) return
    const abort = new AbortController()
    const ended = this.run(entry, abort.signal).finally(() => {
      this.running = undefined
      this.next()
    })
    this.running = { id: entry.stored.id, abort, ended }
  }

  private async run(entry: Entry, signal: AbortSignal): Promise<void> {
    const { fetch, log } = this.services
    this.setState(entry, { type: 'checking' })
    try {
      const modelId = await fetch(entry.stored, signal, (step, doneBytes, totalBytes) => {
        if (totalBytes !== null)
          entry.progress = entry.meter.update(doneBytes, totalBytes, performance.now())
        if (!signal.aborted) this.setState(entry, step)
      })
      await this.change(entry, { modelId }, { type: 'finished', modelId })
    } catch (error) {
      if (signal.aborted) return this.settleStopped(entry)
      log.error(`${entry.stored.catalogueId} could not be downloaded`, error)
      const failure = failureOf(error)
      await this.change(entry, { failure }, { type: 'failed', failure })
    }
  }

  private settleStopped(entry: Entry): void {
    entry.progress = still(entry.progress.doneBytes, entry.progress.totalBytes)
    this.setState(entry, { type: entry.stored.isPaused ? 'paused' : 'queued' })
  }

  private async change(
    entry: Entry,
    changes: Partial<StoredDownload>,
    state: DownloadState,
  ): Promise<void> {
    const { doneBytes, totalBytes } = entry.progress
    entry.stored = { ...entry.stored, ...changes, doneBytes, totalBytes }
    this.setState(entry, state)
    if (this.entries.has(entry.stored.id))
      await this.services.store.ask('download.put', entry.stored)
  }

  private setState(entry: Entry, state: DownloadState): void {
    const isOtherKind = entry.state.type !== state.type
    entry.state = state
    if (isOtherKind) this.tell()
    else this.telling ??= setTimeout(() => this.tell(), tellMs)
  }

  private tell(): void {
    clearTimeout(this.telling)
    this.telling = undefined
    const downloads = this.list()
    this.services.events.emit({ event: 'downloads.changed', payload: { downloads } })
  }
}

function newEntry(stored: StoredDownload): Entry {
  return {
    stored,
    state: stateOf(stored),
    meter: new ProgressMeter(),
    progress: still(stored.doneBytes, stored.totalBytes),
  }
}

function stateOf({ modelId, failure, isPaused }: StoredDownload): DownloadState {
  if (modelId !== null) return { type: 'finished', modelId }
  if (failure) return { type: 'failed', failure }
  return { type: isPaused ? 'paused' : 'queued' }
}
