import type { ChatTable } from './chat-table.ts'
import type { MessageTable } from './message-table.ts'
import type { SearchIndex } from './search-index.ts'
import type { SettingsTable } from './settings-table.ts'
import type { StoreOperation, StoreParams, StoreResult } from './store-operations.ts'

interface Tables {
  chats: ChatTable
  messages: MessageTable
  search: SearchIndex
  settings: SettingsTable
}

/** What does each operation. */
export type StoreHandlers = {
  [O in StoreOperation]: (params: StoreParams<O>) => StoreResult<O>
}

/** Which table does which operation. Every handler runs within a transaction. */
export function storeHandlers({ chats, messages, search, settings }: Tables): StoreHandlers {
  const { tree } = messages
  return {
    'chat.create': ({ chatId, title }) => chats.create(chatId, title),
    'chat.read': ({ chatId }) => chats.read(chatId),
    'chat.list': ({ view, limit, after }) => chats.list(view, limit, after ?? null),
    'chat.rename': ({ chatId, title }) => chats.rename(chatId, title),
    'chat.pin': ({ chatId, isPinned }) => chats.setPinned(chatId, isPinned),
    'chat.archive': ({ chatId, isArchived }) => chats.setArchived(chatId, isArchived),
    'chat.trash': ({ chatId }) => chats.moveToTrash(chatId),
    'chat.restore': ({ chatId }) => chats.restore(chatId),
    'chat.purge': ({ chatId }) => messages.purgeChat(chatId),
    'chat.empty_trash': ({ trashedBeforeMs }) => {
      const trashed = chats.trashedBefore(trashedBeforeMs)
      for (const id of trashed) messages.purgeChat(id)
      return trashed.length
    },
    'chat.write_settings': ({ chatId, settings }) => chats.writeSettings(chatId, settings),
    'chat.write_draft': ({ chatId, text }) => chats.writeDraft(chatId, text),
    'chat.fork': ({ messageId, chatId, title }) => {
      const { settings } = chats.read(tree.readRow(messageId).chat_id)
      chats.create(chatId, title)
      chats.writeSettings(chatId, settings)
      messages.copyPath(messageId, chatId)
      return chats.read(chatId)
    },
    'chat.path': ({ chatId }) => {
      const { activeLeafId } = chats.read(chatId)
      return activeLeafId === null ? [] : tree.pathTo(activeLeafId)
    },
    'message.append': ({ chatId, parentId, ...exchange }) => {
      const { activeLeafId } = chats.read(chatId)
      return messages.append(chatId, parentId === undefined ? activeLeafId : parentId, exchange)
    },
    'message.edit': ({ messageId, ...exchange }) => messages.edit(messageId, exchange),
    'message.regenerate': ({ messageId, replyId, model }) =>
      messages.regenerate(messageId, replyId, model),
    'message.versions': ({ messageId }) => tree.versionsOf(messageId),
    'message.path': ({ messageId }) => tree.pathTo(messageId),
    'message.choose': ({ messageId }) => messages.choose(messageId),
    'reply.checkpoint': ({ replyId, text }) => messages.checkpoint(replyId, text),
    'reply.finish': ({ replyId, text, end, statistics }) =>
      messages.finish(replyId, text, end, statistics),
    'reply.resume': ({ replyId }) => messages.resume(replyId),
    'search.find': ({ text, limit, before }) => search.find(text, limit, before),
    'settings.read': () => settings.readAll(),
    'settings.write': ({ key, value }) => settings.write(key, value),
  }
}
