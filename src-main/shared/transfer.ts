/**
 * `json` round-trips exactly; `markdown` is for reading; `history` is the official code's
 * `[["question", "answer"], …]` of one chat's shown branch.
 */
export type ExportFormat = 'json' | 'markdown' | 'history'

/** How the name of a file of our own ends. It is JSON, named so that the system knows whose it is. */
export const chatFileExtension = 'chatglm'

/** The longest text that can be imported, in UTF-16 units. */
export const longestImport = 512 * 1024 * 1024

/** A file of chats as a person gives it. */
export interface ChatFile {
  fileName: string
  text: string
}

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
