import type { InjectionKey } from 'vue'
import type { Message } from '@shared/chat.ts'
import type { MessageId } from '@shared/ids.ts'

/**
 * What can be done with a message. Injected rather than emitted from each item, as new listeners
 * would draw every item again whenever the list scrolls.
 */
export interface MessageActions {
  edit: (id: MessageId, text: string) => void
  regenerate: (id: MessageId) => void
  continueReply: (id: MessageId) => void
  chooseVersion: (message: Message, step: -1 | 1) => void
  fork: (id: MessageId) => void
  remove: (id: MessageId) => void
}

export const messageActionsKey: InjectionKey<MessageActions> = Symbol('messageActions')
