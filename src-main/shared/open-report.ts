/** What came of a damaged database. */
export interface RecoveryReport {
  /** The damaged file, untouched. */
  keptFile: string
  /** What the new database holds. */
  chats: number
  messages: number
  /** Rows that could not be read; `null` when nobody can tell how many there were. */
  lostRows: number | null
  /** The backup that filled the gaps, and with how many rows. */
  backup: { file: string; rows: number } | null
}

/** What the store found when it was opened. */
export interface OpenReport {
  /** The file is from a later version of the app: everything can be read, nothing written. */
  isReadOnly: boolean
  /** Replies that a crash had left unfinished. */
  interruptedReplies: number
  recovery: RecoveryReport | null
}
