import type { Message } from '@shared/chat.ts'

/** The end of the branch that is shown, as far as it has been read. */
export interface Branch {
  messages: Message[]
  /** How many messages stand before them. */
  earlierCount: number
}

const isSame = (a: Message, b: Message): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Takes messages that did not change as the objects that they were, so they are not drawn again. */
function kept(known: readonly Message[], read: readonly Message[]): Message[] {
  const before = new Map(known.map((message) => [message.id, message]))
  return read.map((message) => {
    const old = before.get(message.id)
    return old && isSame(old, message) ? old : message
  })
}

/**
 * Puts an end that was read anew behind what is known. Null if they do not meet: then all of the
 * branch must be read. A message has one parent only, so those before the place where they meet are
 * the same as before.
 */
export function joinEnd(known: Branch, read: Branch): Branch | null {
  const messages = kept(known.messages, read.messages)
  const keptCount = read.earlierCount - known.earlierCount
  if (keptCount <= 0) return { messages, earlierCount: read.earlierCount }
  const last = known.messages[keptCount - 1]
  if (last === undefined || last.id !== messages[0]?.parentId) return null
  return {
    messages: [...known.messages.slice(0, keptCount), ...messages],
    earlierCount: known.earlierCount,
  }
}
