import { type InjectionKey, provide } from 'vue'
import type { Message } from '@shared/chat.ts'
import type { MessageDocument } from '@shared/documents.ts'

/** The files that a reply can be about. Provided by the list of messages. */
export const documentsBeforeKey: InjectionKey<(reply: Message) => MessageDocument[]> =
  Symbol('documentsBefore')

/** Those of the last question before a reply, in the branch that is shown, that has any. */
function documentsBefore(messages: readonly Message[], reply: Message): MessageDocument[] {
  const end = messages.findIndex(({ id }) => id === reply.id)
  const before = messages.slice(0, Math.max(0, end))
  return before.findLast(({ documents }) => documents !== undefined)?.documents ?? []
}

/** Lets the replies of a list find the files that they can be about. */
export function provideDocuments(messages: () => readonly Message[]): void {
  provide(documentsBeforeKey, (reply) => documentsBefore(messages(), reply))
}
