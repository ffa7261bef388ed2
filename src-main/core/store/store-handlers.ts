import type { AdapterTable } from './adapter-table.ts'
import type { ChatTable } from './chat-table.ts'
import type { DownloadTable } from './download-table.ts'
import type { ModelTable } from './model-table.ts'
import type { MessageTable } from './message-table.ts'
import type { SearchIndex } from './search-index.ts'
import type { SettingsTable } from './settings-table.ts'
import type { WholeChatTable } from './whole-chat-table.ts'
import type { StoreOperation, StoreParams, StoreResult } from './store-operations.ts'

interface Tables {
  adapters: AdapterTable
  chats: ChatTable
  downloads: DownloadTable
  messages: MessageTable
  models: ModelTable
  search: SearchIndex
  settings: SettingsTable
  whole: WholeChatTable
}

/** What does each operation. */
export type StoreHandlers = {
  [O in StoreOperation]: (params: StoreParams<O>) => StoreResult<O>
}

const emptyEnd = { messages: [], earlierCount: 0 }

/** Which table does which operation. Every handler runs within a transaction. */
export function storeHandlers({
  adapters,
  chats,
  downloads,
  messages,
  models,
  search,
  settings,
  whole,
}: Tables): StoreHandlers {
  const { tree } = messages
  return {
    'chat.create': ({ chatId, title }) => chats.create(chatId, title),
    'chat.read': ({ chatId }) => chats.read(chatId),
    'chat.list': ({ view, limit, after, tag }) =>
      chats.list(view, limit, after ?? null, tag ?? null),
    'chat.rename': ({ chatId, title }) => chats.rename(chatId, title),
    'chat.set_title_if_empty': ({ chatId, title }) => chats.setTitleIfEmpty(chatId, title),
    'chat.write_tags': ({ chatId, tags }) => chats.writeTags(chatId, tags),
    'chat.pin': ({ chatIds, isPinned }) => chatIds.forEach((id) => chats.setPinned(id, isPinned)),
    'chat.archive': ({ chatIds, isArchived }) =>
      chatIds.forEach((id) => chats.setArchived(id, isArchived)),
    'chat.trash': ({ chatIds }) => chatIds.forEach((id) => chats.moveToTrash(id)),
    'chat.restore': ({ chatIds }) => chatIds.forEach((id) => chats.restore(id)),
    'chat.purge': ({ chatIds }) => messages.purgeChats(chatIds),
    'chat.export': ({ chatIds }) => whole.read(chatIds),
    'chat.import': ({ chats: wholeChats }) => whole.write(wholeChats),
    'tag.list': () => chats.tagCounts(),
    'chat.empty_trash': ({ trashedBeforeMs }) => {
      const trashed = chats.trashedBefore(trashedBeforeMs)
      messages.purgeChats(trashed)
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
    'chat.open': ({ chatId, last }) => {
      const chat = chats.read(chatId)
      const end = chat.activeLeafId === null ? emptyEnd : tree.endOf(chat.activeLeafId, last)
      return { chat, ...end }
    },
    'message.append': ({ chatId, parentId, ...exchange }) => {
      const { activeLeafId } = chats.read(chatId)
      const lastReplyId = activeLeafId && tree.lastReplyTo(activeLeafId)
      return messages.append(chatId, parentId === undefined ? lastReplyId : parentId, exchange)
    },
    'message.edit': ({ messageId, ...exchange }) => messages.edit(messageId, exchange),
    'message.regenerate': ({ messageId, replyId, ...author }) =>
      messages.regenerate(messageId, replyId, author),
    'message.versions': ({ messageId }) => tree.versionsOf(messageId),
    'message.read': ({ messageId }) => tree.read(messageId),
    'message.path': ({ messageId }) => tree.pathTo(messageId),
    'message.choose': ({ messageId }) => messages.choose(messageId),
    'message.delete': ({ messageId }) => messages.delete(messageId),
    'reply.checkpoint': ({ replyId, text }) => messages.checkpoint(replyId, text),
    'reply.finish': ({ replyId, ...finished }) => messages.finish(replyId, finished),
    'reply.resume': ({ replyId }) => messages.resume(replyId),
    'search.find': ({ text, limit, before }) => search.find(text, limit, before),
    'search.find_titles': ({ text, limit }) => search.findTitles(text, limit),
    'model.list': () => models.list(),
    'model.put': (model) => models.put(model),
    'model.remove': ({ modelId }) => models.remove(modelId),
    'model.mark_crashed': ({ modelId, crashedAtMs }) => models.markCrashed(modelId, crashedAtMs),
    'download.list': () => downloads.list(),
    'download.put': (download) => downloads.put(download),
    'download.remove': ({ downloadId }) => downloads.remove(downloadId),
    'adapter.list': () => adapters.list(),
    'adapter.put': (adapter) => adapters.put(adapter),
    'adapter.remove': ({ adapterId }) => adapters.remove(adapterId),
    'settings.read': () => settings.readAll(),
    'settings.write': ({ key, value }) => settings.write(key, value),
  }
}
