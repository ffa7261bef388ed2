import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ChatCursor, ChatSummary, ChatView, TagCount } from '@shared/chat.ts'
import type { ChatId } from '@shared/ids.ts'
import type { ExportFormat, ExportedFile, ImportReport } from '@shared/transfer.ts'
import { useBridge } from '../bridge/bridge.ts'

const pageSize = 200

/** The list of chats: those of one view and tag, as many as were asked for. */
export const useChatsStore = defineStore('chats', () => {
  const bridge = useBridge()
  const view = ref<ChatView>('current')
  const tag = ref<string | null>(null)
  const chats = shallowRef<ChatSummary[]>([])
  const tags = shallowRef<TagCount[]>([])
  const hasRead = ref(false)
  const next = shallowRef<ChatCursor | null>(null)
  let reading: Promise<void> | null = null
  let isStale = false

  async function readAgain(): Promise<void> {
    do {
      isStale = false
      const limit = Math.max(pageSize, chats.value.length)
      const asked = { view: view.value, tag: tag.value }
      const [page, counts] = await Promise.all([
        bridge.request('chat.list', { ...asked, limit }),
        bridge.request('tag.list', {}),
      ])
      if (asked.view !== view.value || asked.tag !== tag.value) isStale = true
      chats.value = page.chats
      next.value = page.next
      tags.value = counts
      hasRead.value = true
    } while (isStale)
  }

  /** Reads the list as far as it is shown. Calls while one is under way share the next one. */
  async function read(): Promise<void> {
    isStale = true
    reading ??= readAgain().finally(() => (reading = null))
    await reading
  }

  /** Reads the next page, if there is one. */
  async function readMore(): Promise<void> {
    const after = next.value
    if (after === null || reading) return
    const asked = { view: view.value, tag: tag.value }
    const page = await bridge.request('chat.list', { ...asked, limit: pageSize, after })
    if (next.value !== after) return // the list was read again meanwhile
    chats.value = [...chats.value, ...page.chats]
    next.value = page.next
  }

  async function show(newView: ChatView, newTag: string | null = null): Promise<void> {
    view.value = newView
    tag.value = newTag
    chats.value = []
    await read()
  }

  const rename = (chatId: ChatId, title: string) => bridge.request('chat.rename', { chatId, title })
  const pin = (chatIds: ChatId[], isPinned: boolean) =>
    bridge.request('chat.pin', { chatIds, isPinned })
  const archive = (chatIds: ChatId[], isArchived: boolean) =>
    bridge.request('chat.archive', { chatIds, isArchived })
  const writeTags = (chatId: ChatId, newTags: string[]) =>
    bridge.request('chat.write_tags', { chatId, tags: newTags })
  const trash = (chatIds: ChatId[]) => bridge.request('chat.trash', { chatIds })
  const restore = (chatIds: ChatId[]) => bridge.request('chat.restore', { chatIds })
  const purge = (chatIds: ChatId[]) => bridge.request('chat.purge', { chatIds })
  const emptyTrash = () => bridge.request('chat.empty_trash', {})
  const importFile = (fileName: string, text: string): Promise<ImportReport> =>
    bridge.request('transfer.import', { fileName, text })
  /** `chatIds` null for all. */
  const exportChats = (chatIds: ChatId[] | null, format: ExportFormat): Promise<ExportedFile> =>
    bridge.request('transfer.export', { chatIds, format })
  const find = (text: string, limit: number, before?: number) =>
    bridge.request('search.find', { text, limit, ...(before === undefined ? {} : { before }) })
  const findTitles = (text: string, limit: number) =>
    bridge.request('search.find_titles', { text, limit })

  bridge.on('chats.changed', () => void read())
  bridge.onReconnected(() => void read())
  return {
    ...{ view, tag, chats, tags, hasRead, next, read, readMore, show },
    ...{ rename, pin, archive, writeTags, trash, restore, purge, emptyTrash },
    ...{ importFile, exportChats, find, findTitles },
  }
})
