import type { AdapterChoice, InstalledAdapter } from '../../shared/adapters.ts'
import type {
  Chat,
  ChatCursor,
  ChatPage,
  ChatSettings,
  ChatView,
  Exchange,
  Message,
  OpenedChat,
  SearchHit,
  TagCount,
  TitleHit,
} from '../../shared/chat.ts'
import type { SamplingOptions } from '../../shared/engine-api.ts'
import type { AdapterId, ChatId, DownloadId, MessageId, ModelId } from '../../shared/ids.ts'
import type { StoredDownload } from './download-table.ts'
import type { FinishedReply, NewExchange } from './message-table.ts'
import type { StoredModel } from './model-table.ts'
import type { ImportOutcome } from './whole-chat-table.ts'
import type { WholeChat } from './whole-chat.ts'
import type { Json } from './settings-table.ts'

interface Operation<Params, Result> {
  params: Params
  result: Result
}

/** An operation on some chats that answers nothing. */
type ChatsChange<Params = unknown> = Operation<{ chatIds: readonly ChatId[] } & Params, void>

/** An operation on one chat that answers nothing. */
type ChatChange<Params = unknown> = Operation<{ chatId: ChatId } & Params, void>

/**
 * What the store can be asked for. Each is one transaction: it happened in whole when the answer
 * comes, also after a power cut, and not at all when it fails. They run in the order of asking.
 */
export interface StoreOperations {
  'chat.create': Operation<{ chatId: ChatId; title: string }, Chat>
  'chat.read': Operation<{ chatId: ChatId }, Chat>
  'chat.list': Operation<
    { view: ChatView; limit: number; after?: ChatCursor | null; tag?: string | null },
    ChatPage
  >
  'chat.rename': ChatChange<{ title: string }>
  /** Answers whether it had no title. */
  'chat.set_title_if_empty': Operation<{ chatId: ChatId; title: string }, boolean>
  'chat.write_tags': ChatChange<{ tags: string[] }>
  'chat.pin': ChatsChange<{ isPinned: boolean }>
  'chat.archive': ChatsChange<{ isArchived: boolean }>
  'chat.trash': ChatsChange
  'chat.restore': ChatsChange
  /** Deletes for good; no word of the chats stays in the database file. */
  'chat.purge': ChatsChange
  /** Purges what was put into the trash before then. Answers how many chats. */
  'chat.empty_trash': Operation<{ trashedBeforeMs: number }, number>
  'chat.write_settings': ChatChange<{ settings: ChatSettings }>
  'chat.write_draft': ChatChange<{ text: string }>
  /** Copies the branch down to a message into a new chat. */
  'chat.fork': Operation<{ messageId: MessageId; chatId: ChatId; title: string }, Chat>
  /** The messages of the branch that is shown, from the root. */
  'chat.path': Operation<{ chatId: ChatId }, Message[]>
  /** The chat with at most so many messages of that branch, the last ones. */
  'chat.open': Operation<{ chatId: ChatId; last: number }, OpenedChat>
  /** Whole trees; null for all chats outside the trash. The latest first. */
  'chat.export': Operation<{ chatIds: readonly ChatId[] | null }, WholeChat[]>
  /** Adds those that are not there yet; one that cannot be added does not keep out the others. */
  'chat.import': Operation<{ chats: WholeChat[] }, ImportOutcome>
  /** Of all chats outside the trash, the most used first. */
  'tag.list': Operation<Record<string, never>, TagCount[]>

  /**
   * Adds a question and its empty reply below `parentId`, after the last shown reply when absent: it
   * stands beside a question whose reply was deleted.
   */
  'message.append': Operation<
    NewExchange & { chatId: ChatId; parentId?: MessageId | null },
    Exchange
  >
  'message.edit': Operation<NewExchange & { messageId: MessageId }, Exchange>
  'message.regenerate': Operation<
    {
      messageId: MessageId
      replyId: MessageId
      model: string | null
      sampling?: SamplingOptions | null
      adapter?: AdapterChoice | null
    },
    Message
  >
  'message.versions': Operation<{ messageId: MessageId }, Message[]>
  'message.read': Operation<{ messageId: MessageId }, Message>
  /** The messages from the root to this one. */
  'message.path': Operation<{ messageId: MessageId }, Message[]>
  /** Shows the branch that this message is on, down to its newest end. */
  'message.choose': Operation<{ messageId: MessageId }, void>

  /** Deletes it and all below it, and shows the newest branch beside it. */
  'message.delete': Operation<{ messageId: MessageId }, void>

  'reply.checkpoint': Operation<{ replyId: MessageId; text: string }, void>
  'reply.finish': Operation<FinishedReply & { replyId: MessageId }, void>
  /** Lets an ended reply be written on. */
  'reply.resume': Operation<{ replyId: MessageId }, void>

  /** Newest first; `before` is the position of the last hit of the page above. */
  'search.find': Operation<{ text: string; limit: number; before?: number }, SearchHit[]>

  /** The latest first. */
  'search.find_titles': Operation<{ text: string; limit: number }, TitleHit[]>

  'model.list': Operation<Record<string, never>, StoredModel[]>
  /** Adds a model, or replaces the one with its id. */
  'model.put': Operation<StoredModel, void>
  'model.remove': Operation<{ modelId: ModelId }, void>
  'model.mark_crashed': Operation<{ modelId: ModelId; crashedAtMs: number | null }, void>

  /** In the order in which they were asked for. */
  'download.list': Operation<Record<string, never>, StoredDownload[]>
  /** Adds a download, or replaces the one with its id. */
  'download.put': Operation<StoredDownload, void>
  'download.remove': Operation<{ downloadId: DownloadId }, void>

  /** In the order in which they were added. */
  'adapter.list': Operation<Record<string, never>, InstalledAdapter[]>
  /** Adds an adapter, or replaces the one with its id. */
  'adapter.put': Operation<InstalledAdapter, void>
  'adapter.remove': Operation<{ adapterId: AdapterId }, void>

  'settings.read': Operation<Record<string, never>, Record<string, Json>>
  'settings.write': Operation<{ key: string; value: Json }, void>
}

export type StoreOperation = keyof StoreOperations
export type StoreParams<O extends StoreOperation> = StoreOperations[O]['params']
export type StoreResult<O extends StoreOperation> = StoreOperations[O]['result']

/** To the host of the store. The first message is `open`, the last one `close`. */
export type StoreQuestion = { id: number } & StoreRequest

/** A question before it has its number. */
export type StoreRequest =
  | { type: 'open'; file: string }
  | { type: 'close' }
  | { type: 'ask'; operation: StoreOperation; params: StoreParams<StoreOperation> }

/** The setting that says that what the engine keeps of conversations has some that are deleted. */
export const staleConversationsKey = 'conversations.are_stale'

/** From the host of the store, unasked: chats were purged that had been in the trash long enough. */
export interface StoreNews {
  news: 'purged'
}

/** From the host of the store: one answer to each question. */
export type StoreAnswer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: { code: string | null; message: string } }
