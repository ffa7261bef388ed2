import { z } from 'zod'
import type { AppParams, AppRequest } from '../../shared/app-api.ts'
import { pickedFiles } from '../../shared/host.ts'
import {
  adapterId,
  type AdapterId,
  chatId,
  type ChatId,
  documentId,
  type DocumentId,
  completionId,
  type CompletionId,
  messageId,
  type MessageId,
  remoteId,
  type RemoteId,
} from '../../shared/ids.ts'
import { documentCuts, largestDocumentBytes, mostDocuments } from '../../shared/documents.ts'
import { locales } from '../../shared/settings.ts'
import { longestImport } from '../../shared/transfer.ts'
import { codeLanguageName, codePageSchema, codeStop, codeText } from '../code/code-page.ts'
import { samplingSchema } from '../engine/engine-messages.ts'
import { evalPlanSchema } from '../eval/eval-plan.ts'
import { adapterChoiceSchema, chatSettingsSchema, remoteChoiceSchema } from '../store/chat-rows.ts'
import { toolName } from '../tools/tool-definition.ts'
import { idText, model, modelParamsSchemas, modelSettings, path } from './model-params.ts'

/** Longer texts are refused: a mebi-character is some 200 times what the model can read. */
const longestText = 1024 * 1024

const chat = idText.transform((text): ChatId => chatId(text))
const message = idText.transform((text): MessageId => messageId(text))
const chats = z.array(chat).max(100_000)
const text = z.string().max(longestText)
const title = z.string().trim().max(200)
const limit = z.int().min(1).max(20_000)
const empty = z.object({})
const tags = z.array(z.string().trim().min(1).max(50)).max(20)

const completion = idText.transform((text): CompletionId => completionId(text))
const adapter = idText.transform((text): AdapterId => adapterId(text))
const remote = idText.transform((text): RemoteId => remoteId(text))
/** An address without a name, a password or a question in it; what is secret is the key. */
const remoteAddress = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => /^https?:\/\/[^@?#\s]+[^/@?#\s]$/.test(text))
const remotes = z
  .array(
    z.object({
      id: remote,
      name: z.string().trim().min(1).max(100),
      address: remoteAddress,
      models: z
        .array(
          z.object({
            id: z.string().min(1).max(500),
            contextLength: z.int().positive().nullable(),
          }),
        )
        .max(2000),
    }),
  )
  .max(50)

const apiSettings = z.object({
  isOn: z.boolean(),
  host: z.string().regex(/^[\w.:-]{1,255}$/),
  port: z.int().min(1).max(65_535),
  needsToken: z.boolean(),
  origins: z.array(z.string().regex(/^(\*|[\w+.-]+:\/\/[^\s/]*)$/)).max(50),
})

/** What the settings may be; the store keeps whatever passes this. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', ...locales]),
  textSize: z.enum(['small', 'medium', 'large']),
  sampling: samplingSchema,
  preamble: z.string().max(100_000),
  contextFull: z.enum(['ask', 'forget_oldest']),
  ...modelSettings,
  api: apiSettings,
  remotes,
  newChatRemote: remoteChoiceSchema.nullable(),
  newChatAdapter: adapterChoiceSchema.nullable(),
  sendWith: z.enum(['enter', 'mod_enter']),
  notifyWhenFinished: z.boolean(),
  closeToTray: z.boolean(),
  checkForUpdates: z.boolean(),
  sidebarOpen: z.boolean(),
  sidebarWidth: z.int().min(160).max(600),
  welcomed: z.boolean(),
  lastModelId: model.nullable(),
})

/** Optional fields that are absent, not undefined. */
const changes = z.object(
  Object.fromEntries(
    Object.entries(settingsSchema.shape).map(([key, schema]) => [key, schema.exactOptional()]),
  ),
)

const contextFull = z.literal('forget_oldest').exactOptional()
const exchange = { questionId: message, replyId: message, text }
const cursor = z.object({ pinned: z.boolean(), updatedAtMs: z.number(), id: chat })

const document = idText.transform((text): DocumentId => documentId(text))
const documents = z.object({
  documentIds: z.array(document).min(1).max(mostDocuments),
  cut: z.enum(documentCuts),
})
/** Of the largest file; a longer one is told apart from a wrong request where it is read. */
const longestBase64 = Math.ceil((largestDocumentBytes + 4096) / 3) * 4

/** What each request takes, parsed where it arrives. */
export const appParamsSchemas: { [R in AppRequest]: z.ZodType<AppParams<R>> } = {
  'app.read': empty,
  'settings.write': z.object({ changes }),
  'chat.create': z.object({ chatId: chat, settings: chatSettingsSchema.exactOptional() }),
  'chat.read': z.object({ chatId: chat }),
  'chat.list': z.object({
    view: z.enum(['current', 'archived', 'trash']),
    limit,
    after: cursor.nullable().exactOptional(),
    tag: z.string().max(50).nullable().exactOptional(),
  }),
  'chat.rename': z.object({ chatId: chat, title }),
  'chat.pin': z.object({ chatIds: chats, isPinned: z.boolean() }),
  'chat.archive': z.object({ chatIds: chats, isArchived: z.boolean() }),
  'chat.write_tags': z.object({ chatId: chat, tags }),
  'chat.trash': z.object({ chatIds: chats }),
  'chat.restore': z.object({ chatIds: chats }),
  'chat.purge': z.object({ chatIds: chats }),
  'chat.empty_trash': empty,
  'chat.write_settings': z.object({ chatId: chat, settings: chatSettingsSchema }),
  'chat.write_draft': z.object({ chatId: chat, text }),
  'chat.fork': z.object({ messageId: message, chatId: chat }),
  'chat.path': z.object({ chatId: chat }),
  'chat.open': z.object({ chatId: chat, last: z.int().min(1) }),
  'chat.count_context': z.object({ chatId: chat, text }),
  'chat.send': z.object({
    ...{ chatId: chat, ...exchange, contextFull },
    documents: documents.exactOptional(),
  }),
  'chat.edit': z.object({ messageId: message, ...exchange, contextFull }),
  'chat.regenerate': z.object({ messageId: message, replyId: message, contextFull }),
  'chat.continue': z.object({ replyId: message }),
  'chat.cancel': z.object({ replyId: message }),
  'document.read': z.object({
    documentId: document,
    name: z.string().min(1).max(1000),
    content: z.base64().max(longestBase64),
  }),
  'document.release': z.object({ documentIds: z.array(document).max(1000) }),
  'document.measure': z.object({ chatId: chat.nullable(), text, documents }),
  'tag.list': empty,
  'message.choose': z.object({ messageId: message }),
  'message.versions': z.object({ messageId: message }),
  'message.delete': z.object({ messageId: message }),
  'search.find': z.object({
    text: z.string().max(1000),
    limit,
    before: z.int().exactOptional(),
  }),
  'search.find_titles': z.object({ text: z.string().max(1000), limit }),
  'transfer.import': z.object({
    fileName: z.string().max(1000),
    text: z.string().max(longestImport),
  }),
  'transfer.export': z.object({
    chatIds: chats.nullable(),
    format: z.enum(['json', 'markdown', 'history']),
  }),
  ...modelParamsSchemas,
  'adapter.list': empty,
  'adapter.add': z.object({ path }),
  'adapter.remove': z.object({ adapterId: adapter }),
  'api.read': empty,
  'api.renew_token': empty,
  'api.forget_requests': empty,
  'batch.read': empty,
  'batch.start': z.object({ path }),
  'batch.stop': empty,
  'eval.read': empty,
  'eval.start': z.object({ plan: evalPlanSchema }),
  'eval.stop': empty,
  'eval.export': z.object({ as: z.enum(['csv', 'page']) }),
  'tool.run': z.object({ name: toolName, content: text }),
  'code.read_page': empty,
  'code.write_page': z.object({ page: codePageSchema }),
  'code.complete': z.object({
    ...{ completionId: completion, language: codeLanguageName, before: codeText },
    ...{ stop: codeStop, sampling: samplingSchema },
  }),
  'code.cancel': z.object({ completionId: completion }),
  'remote.keys': empty,
  'remote.write_key': z.object({
    remoteId: remote,
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,2000}$/)
      .nullable(),
  }),
  'remote.models': z.object({ remoteId: remote }),
  'engine.restart': empty,
  'engine.log': empty,
  'update.read': empty,
  'update.check': empty,
  'update.download': empty,
  'update.cancel': empty,
  'update.install': z.object({ endsReplies: z.boolean() }),
  'host.open_link': z.object({ url: z.string().max(8192) }),
  'host.pick_file': z.object({ kind: z.enum(pickedFiles) }),
  'host.reveal_results': empty,
  'host.open_report': empty,
  'host.reveal_answers': empty,
  'host.reveal_data': empty,
  'host.take_opened_chats': empty,
}
