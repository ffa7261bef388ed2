import type { AppEvent } from '../../shared/app-api.ts'
import { AppError, type AppFailure } from '../../shared/errors.ts'
import type { UpdateOffer, UpdateState } from '../../shared/updates.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import { ProgressMeter } from '../progress-meter.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { ReleaseFeed } from './release-feed.ts'
import type { Release } from './release-metadata.ts'
import type { UpdateInstaller } from './update-means.ts'
import { UpdateTimer } from './update-timer.ts'

export interface UpdateServices {
  feed: Pick<ReleaseFeed, 'findNewer'>
  /** Null where a person installs new versions. */
  installer: UpdateInstaller | null
  pageUrl: (release: Release) => string
  sizeBytes: (release: Release) => number
  settings: Pick<SettingsService, 'read' | 'onChange'>
  events: AppEventBus
  log: Logger
  /** When a check was last answered; null for never. */
  checkedAtMs: () => number | null
  isReplying: () => boolean
}

/** The pages are told of progress so often. */
const tellMs = 250

/** After these, what was being written may have ended. */
const endsOfReplies: ReadonlySet<AppEvent> = new Set<AppEvent>([
  'chats.changed',
  'batch.changed',
  'eval.changed',
  'code.finished',
])

/**
 * Owns the way to a newer version. Asks the network only when a person says so, once or in the
 * settings; downloads and installs only when told to.
 */
export class UpdateService {
  private state: UpdateState
  private release: Release | null = null
  private abort = new AbortController()
  private readonly timer: UpdateTimer
  private readonly unsubscribe: () => void

  constructor(private readonly services: UpdateServices) {
    const { settings, events, checkedAtMs } = services
    this.state = { type: 'idle', checkedAtMs: checkedAtMs() }
    this.timer = new UpdateTimer(
      () => (settings.read().checkForUpdates ? { lastMs: checkedAtMs() } : null),
      () => void this.check(),
    )
    settings.onChange(() => this.timer.reset())
    this.unsubscribe = events.subscribe(({ event }) => {
      if (endsOfReplies.has(event)) void this.installIfWaiting()
    })
  }

  read(): UpdateState {
    return this.state
  }

  /** Looks by itself from now on, as far as the settings allow it. */
  begin(): void {
    this.timer.reset()
  }

  /** Asks once; the state tells what came of it. Does nothing while more than that is under way. */
  async check(): Promise<void> {
    if (!['idle', 'available', 'failed'].includes(this.state.type)) return
    const { feed, log, checkedAtMs } = this.services
    this.abort = new AbortController()
    this.become({ type: 'checking' })
    try {
      this.release = await feed.findNewer(this.abort.signal)
      if (this.release === null) this.become({ type: 'idle', checkedAtMs: checkedAtMs() })
      else this.become({ type: 'available', offer: this.offer(this.release) })
    } catch (error) {
      if (this.abort.signal.aborted) return
      log.error('updates could not be looked for', error)
      this.become({ type: 'failed', failure: failureOf(error) })
    } finally {
      this.timer.reset()
    }
  }

  /** Starts the download of the version that was found, without waiting for its end. */
  download(): void {
    const { release, state } = this
    const { installer } = this.services
    if (state.type !== 'available' || release === null || installer === null) throw notNow()
    this.abort = new AbortController()
    void this.runDownload(installer, release, state.offer, this.abort.signal)
  }

  /** Stops a download, of which all bytes are kept, or the waiting for replies. */
  cancel(): void {
    const { state } = this
    if (state.type === 'waiting') this.become({ type: 'ready', offer: state.offer })
    if (state.type === 'downloading') {
      this.abort.abort()
      this.become({ type: 'available', offer: state.offer })
    }
  }

  /** Restarts into the new version: at once, or when no reply is being written any more. */
  async install(endsReplies: boolean): Promise<void> {
    const { state } = this
    if (state.type !== 'ready' && state.type !== 'waiting') throw notNow()
    this.become({ type: 'waiting', offer: state.offer })
    if (endsReplies) await this.installNow(state.offer)
    else await this.installIfWaiting()
  }

  /** Stops what is under way; called when the app ends. */
  close(): void {
    this.timer.close()
    this.unsubscribe()
    this.abort.abort()
  }

  private async installIfWaiting(): Promise<void> {
    const { state } = this
    if (state.type === 'waiting' && !this.services.isReplying()) await this.installNow(state.offer)
  }

  private async installNow(offer: UpdateOffer): Promise<void> {
    const { installer, log } = this.services
    this.become({ type: 'installing', offer })
    try {
      await installer?.install()
    } catch (error) {
      log.error('the update was not installed', error)
      this.become({ type: 'failed', failure: failureOf(error) })
    }
  }

  private async runDownload(
    installer: UpdateInstaller,
    release: Release,
    offer: UpdateOffer,
    signal: AbortSignal,
  ): Promise<void> {
    const meter = new ProgressMeter()
    let toldAtMs = -Infinity
    const onProgress = (doneBytes: number, totalBytes: number, problem: AppFailure | null) => {
      const nowMs = performance.now()
      if (signal.aborted || nowMs - toldAtMs < tellMs) return
      toldAtMs = nowMs
      const progress = meter.update(doneBytes, totalBytes, nowMs)
      this.become({ type: 'downloading', offer, progress, problem })
    }
    onProgress(0, offer.sizeBytes, null)
    try {
      await installer.download(release, { signal, onProgress })
      if (!signal.aborted) this.become({ type: 'ready', offer })
    } catch (error) {
      if (signal.aborted) return
      this.services.log.error('the update was not downloaded', error)
      this.become({ type: 'failed', failure: failureOf(error) })
    }
  }

  private offer(release: Release): UpdateOffer {
    const { installer, pageUrl, sizeBytes } = this.services
    return {
      version: release.version,
      releasedAt: release.releaseDate,
      sizeBytes: sizeBytes(release),
      pageUrl: pageUrl(release),
      isByHand: installer === null,
    }
  }

  private become(state: UpdateState): void {
    this.state = state
    this.services.events.emit({ event: 'update.changed', payload: { state } })
  }
}

const notNow = (): AppError =>
  new AppError('update.not_now', 'There is no version to go on with. Look for updates first.')

function failureOf(error: unknown): AppFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return {
    code: 'update.failed',
    message: 'The update did not work, and this version stays. Try again, or get it from its page.',
  }
}
