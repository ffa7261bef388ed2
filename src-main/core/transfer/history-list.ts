import { z } from 'zod'
import { askedBy } from '../chat/chat-history.ts'
import { titleFrom } from '../chat/chat-title.ts'
import type { WholeChat, WholeMessage } from '../store/whole-chat.ts'
import { foreignChat, foreignMessage } from './new-chat.ts'

/** The official code's `history`: `[["question", "answer"], …]`. */
const historySchema = z.array(z.tuple([z.string(), z.string()]))

export const isHistoryList = (data: unknown): boolean =>
  historySchema.safeParse(data).success && Array.isArray(data) && data.length > 0

/** The questions and replies of the branch that is shown. */
export function shownRounds(chat: WholeChat): [question: WholeMessage, reply: WholeMessage][] {
  const byId = new Map(chat.messages.map((message) => [message.id, message]))
  const path: WholeMessage[] = []
  let message = chat.activeLeafId === null ? undefined : byId.get(chat.activeLeafId)
  while (message) {
    path.unshift(message)
    message = message.parentId === null ? undefined : byId.get(message.parentId)
  }
  const rounds: [WholeMessage, WholeMessage][] = []
  for (let index = 0; index + 1 < path.length; index += 2) {
    const [question, reply] = path.slice(index, index + 2)
    if (question && reply) rounds.push([question, reply])
  }
  return rounds
}

/** What the model was asked and answered, documents included. */
export function writeHistoryList(chat: WholeChat): string {
  const rounds = shownRounds(chat).map(([question, { text }]) => [askedBy(question), text])
  return `${JSON.stringify(rounds, null, 2)}\n`
}

/** One chat of a `history` list. */
export function readHistoryList(data: unknown, fileName: string, nowMs: number): WholeChat {
  const messages: WholeMessage[] = []
  for (const [question, answer] of historySchema.parse(data)) {
    const asked = foreignMessage(messages.at(-1)?.id ?? null, 'user', question, nowMs)
    messages.push(asked, foreignMessage(asked.id, 'assistant', answer, nowMs))
  }
  const title = titleFrom(messages[0]?.text ?? '') || fileName
  const times = { createdAtMs: nowMs, updatedAtMs: nowMs }
  return foreignChat(title, messages, messages.at(-1)?.id ?? null, times)
}
