import type {
  Chat,
  ChatCursor,
  ChatPage,
  ChatSettings,
  ChatView,
  Exchange,
  Message,
  ReplyEnd,
  SearchHit,
} from '../../shared/chat.ts'
import type { GenerateStatistics } from '../../shared/engine-api.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import type { NewExchange } from './message-table.ts'
import type { Json } from './settings-table.ts'

interface Operation<Params, Result> {
  params: Params
  result: Result
}

/** An operation on one chat that answers nothing. */
type ChatChange<Params = unknown> = Operation<{ chatId: ChatId } & Params, void>

/**
 * What the store can be asked for. Each is one transaction: it happened in whole when the answer
 * comes, also after a power cut, and not at all when it fails. They run in the order of asking.
 */
export interface StoreOperations {
  'chat.create': Operation<{ chatId: ChatId; title: string }, Chat>
  'chat.read': Operation<{ chatId: ChatId }, Chat>
  'chat.list': Operation<{ view: ChatView; limit: number; after?: ChatCursor | null }, ChatPage>
  'chat.rename': ChatChange<{ title: string }>
  'chat.pin': ChatChange<{ isPinned: boolean }>
  'chat.archive': ChatChange<{ isArchived: boolean }>
  'chat.trash': ChatChange
  'chat.restore': ChatChange
  /** Deletes for good; no word of the chat stays in the database file. */
  'chat.purge': ChatChange
  /** Purges what was put into the trash before then. Answers how many chats. */
  'chat.empty_trash': Operation<{ trashedBeforeMs: number }, number>
  'chat.write_settings': ChatChange<{ settings: ChatSettings }>
  'chat.write_draft': ChatChange<{ text: string }>
  /** Copies the branch down to a message into a new chat. */
  'chat.fork': Operation<{ messageId: MessageId; chatId: ChatId; title: string }, Chat>
  /** The messages of the branch that is shown, from the root. */
  'chat.path': Operation<{ chatId: ChatId }, Message[]>

  /** Adds a question and its empty reply below `parentId`, at the shown end when absent. */
  'message.append': Operation<
    NewExchange & { chatId: ChatId; parentId?: MessageId | null },
    Exchange
  >
  'message.edit': Operation<NewExchange & { messageId: MessageId }, Exchange>
  'message.regenerate': Operation<
    { messageId: MessageId; replyId: MessageId; model: string | null },
    Message
  >
  'message.versions': Operation<{ messageId: MessageId }, Message[]>
  /** The messages from the root to this one. */
  'message.path': Operation<{ messageId: MessageId }, Message[]>
  /** Shows the branch that this message is on, down to its newest end. */
  'message.choose': Operation<{ messageId: MessageId }, void>

  'reply.checkpoint': Operation<{ replyId: MessageId; text: string }, void>
  'reply.finish': Operation<
    { replyId: MessageId; text: string; end: ReplyEnd; statistics: GenerateStatistics | null },
    void
  >
  /** Lets an ended reply be written on. */
  'reply.resume': Operation<{ replyId: MessageId }, void>

  /** Newest first; `before` is the position of the last hit of the page above. */
  'search.find': Operation<{ text: string; limit: number; before?: number }, SearchHit[]>

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

/** From the host of the store: one answer to each question. */
export type StoreAnswer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: { code: string | null; message: string } }
