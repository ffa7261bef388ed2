import type { AppFailure } from './errors.ts'
import type { TaskProgress } from './models.ts'

/** Why an app does not look for updates: a browser tab, a checkout, a build without a key. */
export type NoUpdatesReason = 'web' | 'development' | 'no_key'

/** A newer version, as its signed metadata tells of it. */
export interface UpdateOffer {
  version: string
  /** ISO 8601. */
  releasedAt: string
  sizeBytes: number
  /** Where a person finds it. */
  pageUrl: string
  /** Whether a person installs it: a package of the system, an archive, a portable program. */
  isByHand: boolean
}

export type UpdateState =
  | { type: 'unavailable'; reason: NoUpdatesReason }
  /** Nothing newer is known; `checkedAtMs` is null when nobody has asked yet. */
  | { type: 'idle'; checkedAtMs: number | null }
  | { type: 'checking' }
  | { type: 'available'; offer: UpdateOffer }
  /** `problem` tells what it waits for; it goes on by itself. */
  | { type: 'downloading'; offer: UpdateOffer; progress: TaskProgress; problem: AppFailure | null }
  /** Downloaded and proven; a restart installs it. */
  | { type: 'ready'; offer: UpdateOffer }
  /** Restarts as soon as no reply is being written. */
  | { type: 'waiting'; offer: UpdateOffer }
  | { type: 'installing'; offer: UpdateOffer }
  /** Nothing was changed; asking again may help. */
  | { type: 'failed'; failure: AppFailure }
