import { ref, shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { ChatId } from '@shared/ids.ts'
import { useChatsStore } from '../stores/chats.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useToastsStore } from '../stores/toasts.ts'
import { useAttempt } from './use-attempt.ts'

/** Chats that are deleted for good once that can no longer be undone. The list leaves them out. */
const leaving = shallowReactive(new Set<ChatId>())
const isTrashLeaving = ref(false)

/** What can be done with chats in the list. What takes something away can be undone. */
export function useChatActions() {
  const chats = useChatsStore()
  const conversation = useConversationStore()
  const toasts = useToastsStore()
  const attempt = useAttempt()
  const router = useRouter()
  const { t } = useI18n()

  function showUndo(text: string, undo: () => Promise<unknown>): void {
    const action = { label: t('common.undo'), run: () => void attempt(undo) }
    toasts.show({ kind: 'info', text, action })
  }

  /** The page of a chat that is put away shows a new chat instead. */
  async function leave(chatIds: ChatId[]): Promise<void> {
    if (conversation.chat && chatIds.includes(conversation.chat.id)) await router.push('/')
  }

  const trash = (chatIds: ChatId[]): Promise<void> =>
    attempt(async () => {
      await leave(chatIds)
      await chats.trash(chatIds)
      const text = t('sidebar.trashed', { count: chatIds.length }, chatIds.length)
      showUndo(text, () => chats.restore(chatIds))
    })

  const archive = (chatIds: ChatId[], isArchived: boolean): Promise<void> =>
    attempt(async () => {
      await chats.archive(chatIds, isArchived)
      const text = isArchived
        ? t('sidebar.archived', { count: chatIds.length }, chatIds.length)
        : t('sidebar.unarchived', { count: chatIds.length }, chatIds.length)
      showUndo(text, () => chats.archive(chatIds, !isArchived))
    })

  const restore = (chatIds: ChatId[]): Promise<void> =>
    attempt(async () => {
      await chats.restore(chatIds)
      const text = t('sidebar.restored', { count: chatIds.length }, chatIds.length)
      showUndo(text, () => chats.trash(chatIds))
    })

  /** Deletes for good, but only when the time for an undo is over. */
  function purge(chatIds: ChatId[]): void {
    for (const id of chatIds) leaving.add(id)
    const forget = () => chatIds.forEach((id) => leaving.delete(id))
    toasts.show({
      kind: 'info',
      text: t('sidebar.purged', { count: chatIds.length }, chatIds.length),
      action: { label: t('common.undo'), run: forget },
      onUnused: () => void attempt(() => chats.purge(chatIds)).finally(forget),
    })
  }

  /** Empties the trash, but only when the time for an undo is over. */
  function emptyTrash(): void {
    isTrashLeaving.value = true
    const forget = () => void (isTrashLeaving.value = false)
    toasts.show({
      kind: 'info',
      text: t('sidebar.trash_emptied'),
      action: { label: t('common.undo'), run: forget },
      onUnused: () => void attempt(chats.emptyTrash).finally(forget),
    })
  }

  const pin = (chatIds: ChatId[], isPinned: boolean): Promise<void> =>
    attempt(() => chats.pin(chatIds, isPinned))

  const rename = (chatId: ChatId, title: string): Promise<void> =>
    attempt(() => chats.rename(chatId, title))

  const writeTags = (chatId: ChatId, tags: string[]): Promise<void> =>
    attempt(() => chats.writeTags(chatId, tags))

  return {
    ...{ leaving, isTrashLeaving, trash, archive, restore, purge, emptyTrash },
    ...{ pin, rename, writeTags },
  }
}
