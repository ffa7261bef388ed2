import type { AppFailure } from '../../shared/errors.ts'
import type { NoUpdatesReason } from '../../shared/updates.ts'
import type { NetworkOptions } from '../downloads/network.ts'
import type { Release } from './release-metadata.ts'
import type { UpdateSource } from './update-source.ts'

export interface DownloadingUpdate {
  signal: AbortSignal
  /** `problem` says what the download waits for. */
  onProgress: (doneBytes: number, totalBytes: number, problem: AppFailure | null) => void
}

/** Brings a version onto this computer and puts it in the place of the running one. */
export interface UpdateInstaller {
  /** Goes on where an earlier call was ended, also by a crash. Throws AppError, or the signal's reason. */
  download(release: Release, options: DownloadingUpdate): Promise<void>
  /** Ends the app and starts the version that was downloaded last. */
  install(): Promise<void>
}

/** What the host can do about updates. */
export type UpdateMeans =
  | { type: 'none'; reason: NoUpdatesReason }
  /** Newer versions are told of; a person installs them. */
  | { type: 'by_hand'; source: UpdateSource }
  | {
      type: 'installer'
      source: UpdateSource
      createInstaller: (network: () => NetworkOptions) => UpdateInstaller
    }
