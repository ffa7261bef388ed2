import type { MessageId } from '@shared/ids.ts'

/** How much of a prompt the model has read. */
export interface Reading {
  readTokens: number
  promptTokens: number
}

/** The replies that are being written, by the id of their message. Both maps are reactive. */
export interface LiveReplies {
  texts: ReadonlyMap<MessageId, string>
  readings: ReadonlyMap<MessageId, Reading>
}
