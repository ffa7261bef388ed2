/** Times and sizes that a download keeps to. Tests shorten the times. */
export interface DownloadLimits {
  /** A request that brings no byte for so long is given up; with `answerMs`, within 20 s. */
  stallMs: number
  /** How long a source may take to say what it has. */
  answerMs: number
  retryFirstMs: number
  retryMaxMs: number
  /** The longest that a source may ask us to wait. */
  retryAfterMaxMs: number
  /** A shorter wait for sources is nothing to tell a person. */
  tellWaitMs: number
  /** How often a full disk is looked at again. */
  diskCheckMs: number
  /** Bytes of one request. */
  blockBytes: number
  /** Bytes that may be on their way to the disk, and so be lost to a crash. */
  unsavedBytes: number
  /** Progress of a slow network is saved at least so often. */
  saveMs: number
}

const mebibyte = 2 ** 20

export const defaultLimits: DownloadLimits = {
  stallMs: 10_000,
  answerMs: 8_000,
  retryFirstMs: 500,
  retryMaxMs: 60_000,
  retryAfterMaxMs: 300_000,
  tellWaitMs: 2_000,
  diskCheckMs: 15_000,
  blockBytes: 8 * mebibyte,
  unsavedBytes: 4 * mebibyte,
  saveMs: 3_000,
}
