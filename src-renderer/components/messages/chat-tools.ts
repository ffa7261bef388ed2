import { inject, type InjectionKey } from 'vue'
import type { Message } from '@shared/chat.ts'
import type { ToolCall } from '@shared/tools.ts'

/** What the list knows of tools that the model calls. */
export interface ChatTools {
  /** The call that a reply is; null for words. */
  callOf: (reply: Message) => ToolCall | null
  /** The tool whose result a question is; null for a question of the person. */
  resultOf: (question: Message) => string | null
  /** Whether nothing has followed a message yet. */
  isLast: (message: Message) => boolean
  /** What a tool of the app's own answers. */
  run: (call: ToolCall) => Promise<string>
  /** Gives the model a result, so that it goes on. */
  answer: (result: string) => void
}

export const chatToolsKey: InjectionKey<ChatTools> = Symbol('chatTools')

/** Null in lists of messages that no chat stands behind. */
export const useChatTools = (): ChatTools | null => inject(chatToolsKey, null)
