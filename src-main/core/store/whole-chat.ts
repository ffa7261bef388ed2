import { z } from 'zod'
import { chatId, messageId } from '../../shared/ids.ts'
import { samplingSchema } from '../engine/engine-messages.ts'
import {
  adapterChoiceSchema,
  chatSettingsSchema,
  failureSchema,
  messageDocumentsSchema,
  statisticsSchema,
} from './chat-rows.ts'

const id = z.string().min(1).max(200)
/** Later times have no date. */
export const latestTimeMs = 8_640_000_000_000_000
const time = z.int().nonnegative().max(latestTimeMs)

/** A message of a chat that stands alone. */
export const wholeMessageSchema = z.object({
  id: id.transform((text) => messageId(text)),
  parentId: id.transform((text) => messageId(text)).nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  status: z.enum(['done', 'length', 'cancelled', 'failed', 'interrupted']),
  createdAtMs: time,
  model: z.string().nullable(),
  seed: z.int().nullable(),
  statistics: statisticsSchema.nullable(),
  failure: failureSchema.nullable(),
  sampling: samplingSchema.nullable(),
  adapter: adapterChoiceSchema.exactOptional(),
  documents: messageDocumentsSchema.nonempty().exactOptional(),
})

/** A chat with its whole tree, parents before their children. */
export const wholeChatSchema = z.object({
  id: id.transform((text) => chatId(text)),
  title: z.string(),
  createdAtMs: time,
  updatedAtMs: time,
  pinned: z.boolean(),
  archived: z.boolean(),
  tags: z.array(z.string()),
  settings: chatSettingsSchema,
  draft: z.string(),
  activeLeafId: id.transform((text) => messageId(text)).nullable(),
  messages: z.array(wholeMessageSchema),
})

export type WholeMessage = z.output<typeof wholeMessageSchema>
export type WholeChat = z.output<typeof wholeChatSchema>

/** What keeps a chat from being one of ours, as a clause; null when nothing does. */
export function treeFault({ messages, activeLeafId }: WholeChat): string | null {
  const roles = new Map<string, WholeMessage['role']>()
  for (const { id: own, parentId, role } of messages) {
    if (roles.has(own)) return `the message ${own} stands in it twice`
    const parent = parentId === null ? 'assistant' : roles.get(parentId)
    if (parent === undefined) return `the message ${own} has no parent before it`
    if (parent === role) return `the message ${own} does not alternate with its parent`
    roles.set(own, role)
  }
  if (activeLeafId === null) return messages.length === 0 ? null : 'no branch is shown'
  return roles.has(activeLeafId) ? null : 'the branch shown is not in it'
}
