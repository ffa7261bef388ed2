import { z } from 'zod'
import { titleFrom } from '../chat/chat-title.ts'
import type { WholeChat, WholeMessage } from '../store/whole-chat.ts'
import { foreignChat, foreignMessage } from './new-chat.ts'

/** The official code's `history`: `[["question", "answer"], …]`. */
const historySchema = z.array(z.tuple([z.string(), z.string()]))

export const isHistoryList = (data: unknown): boolean =>
  historySchema.safeParse(data).success && Array.isArray(data) && data.length > 0

/** The branch that is shown, as rounds. */
export function shownRounds(chat: WholeChat): [string, string][] {
  const byId = new Map(chat.messages.map((message) => [message.id, message]))
  const path: WholeMessage[] = []
  let message = chat.activeLeafId === null ? undefined : byId.get(chat.activeLeafId)
  while (message) {
    path.unshift(message)
    message = message.parentId === null ? undefined : byId.get(message.parentId)
  }
  const rounds: [string, string][] = []
  for (let index = 0; index + 1 < path.length; index += 2)
    rounds.push([path[index]?.text ?? '', path[index + 1]?.text ?? ''])
  return rounds
}

export const writeHistoryList = (chat: WholeChat): string =>
  `${JSON.stringify(shownRounds(chat), null, 2)}\n`

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
