/**
 * `json` round-trips exactly; `markdown` is for reading; `history` is the official code's
 * `[["question", "answer"], …]` of one chat's shown branch.
 */
export type ExportFormat = 'json' | 'markdown' | 'history'

export interface ExportedFile {
  fileName: string
  mediaType: string
  text: string
}

/** What came of an import. Nothing is overwritten: a chat whose id is known already is skipped. */
export interface ImportReport {
  source: 'chatglm' | 'history' | 'chatgpt'
  chats: number
  messages: number
  /** Chats that were there already. */
  skippedChats: number
  /** What could not be taken over, as sentences. */
  warnings: string[]
}
