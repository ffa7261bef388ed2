import { z } from 'zod'
import { type AdapterChoice, largestScale } from '../../shared/adapters.ts'
import type { Chat, ChatSettings, ChatSummary, Message } from '../../shared/chat.ts'
import { documentCuts, type MessageDocument } from '../../shared/documents.ts'
import type { AppFailure } from '../../shared/errors.ts'
import {
  adapterId,
  type AdapterId,
  type ChatId,
  type MessageId,
  remoteId,
  type RemoteId,
} from '../../shared/ids.ts'
import { toolsSchema } from '../tools/tool-definition.ts'
import { engineResultSchemas, samplingSchema } from '../engine/engine-messages.ts'

/** A model of a server. */
export const remoteChoiceSchema = z.object({
  remoteId: z
    .string()
    .min(1)
    .max(100)
    .transform((text): RemoteId => remoteId(text)),
  model: z.string().min(1).max(500),
  contextLength: z.int().positive().nullable(),
})

/** What a chat or a reply is written with. */
export const adapterChoiceSchema = z.object({
  adapterId: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .transform((text): AdapterId => adapterId(text)),
  name: z.string().min(1).max(500),
  scale: z.number().min(0).max(largestScale),
}) satisfies z.ZodType<AdapterChoice>

/** What is allowed in a chat's settings. Settings of a later version are dropped, not refused. */
export const chatSettingsSchema = z.object({
  sampling: samplingSchema.exactOptional(),
  preamble: z.string().exactOptional(),
  contextFull: z.enum(['ask', 'forget_oldest']).exactOptional(),
  remote: remoteChoiceSchema.exactOptional(),
  adapter: adapterChoiceSchema.exactOptional(),
  tools: toolsSchema.exactOptional(),
}) satisfies z.ZodType<ChatSettings>

/** Why a reply failed, as it is kept. */
export const failureSchema = z.object({
  code: z.string(),
  message: z.string(),
  words: z.string().exactOptional(),
  fileProblem: z
    .object({ problem: z.string(), file: z.string(), detail: z.string() })
    .exactOptional(),
}) satisfies z.ZodType<AppFailure>
const tagsSchema = z.array(z.string())
/** What the engine told about a reply. */
export const statisticsSchema = engineResultSchemas['chat.generate'].shape.statistics

/** What a question gives of its files, as it is kept. */
export const messageDocumentsSchema = z.array(
  z.object({
    name: z.string(),
    kind: z.enum(['text', 'pdf', 'docx']),
    sizeBytes: z.int().nonnegative(),
    pageCount: z.int().positive().nullable(),
    cut: z.enum(documentCuts).nullable(),
    pages: z.array(z.int().positive()),
    text: z.string(),
  }),
) satisfies z.ZodType<MessageDocument[]>

/** A row of `chats`, with the draft beside it. */
export interface ChatRow {
  id: ChatId
  title: string
  created_at: number
  updated_at: number
  active_leaf_id: MessageId | null
  pinned: 0 | 1
  archived: 0 | 1
  deleted_at: number | null
  tags: string
  settings: string
  draft: string | null
}

/** A row of `messages`, with its place among its versions. */
export interface MessageRow {
  sequence: number
  id: MessageId
  chat_id: ChatId
  parent_id: MessageId | null
  role: Message['role']
  text: string
  status: Message['status']
  created_at: number
  model: string | null
  seed: number | null
  statistics: string | null
  failure: string | null
  sampling: string | null
  documents: string | null
  adapter: string | null
  version: number
  version_count: number
}

export function summaryOfRow(row: Omit<ChatRow, 'draft' | 'settings'>): ChatSummary {
  return {
    id: row.id,
    title: row.title,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    pinned: row.pinned === 1,
    archived: row.archived === 1,
    tags: tagsSchema.parse(JSON.parse(row.tags)),
    deletedAtMs: row.deleted_at,
  }
}

export function chatOfRow(row: ChatRow): Chat {
  return {
    ...summaryOfRow(row),
    activeLeafId: row.active_leaf_id,
    settings: chatSettingsSchema.parse(JSON.parse(row.settings)),
    draft: row.draft ?? '',
  }
}

const parseJson = <Value>(schema: z.ZodType<Value>, text: string | null): Value | null =>
  text === null ? null : schema.parse(JSON.parse(text))

export function messageOfRow(row: MessageRow): Message {
  const documents = parseJson(messageDocumentsSchema, row.documents)
  const adapter = parseJson(adapterChoiceSchema, row.adapter)
  return {
    id: row.id,
    chatId: row.chat_id,
    parentId: row.parent_id,
    role: row.role,
    text: row.text,
    status: row.status,
    createdAtMs: row.created_at,
    model: row.model,
    seed: row.seed,
    statistics: parseJson(statisticsSchema, row.statistics),
    failure: parseJson(failureSchema, row.failure),
    sampling: parseJson(samplingSchema, row.sampling),
    ...(documents === null ? {} : { documents }),
    ...(adapter === null ? {} : { adapter }),
    version: row.version,
    versionCount: row.version_count,
  }
}
