import { useDebounceFn, useLocalStorage } from '@vueuse/core'
import type { ChatId } from '@shared/ids.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useAttempt } from './use-attempt.ts'

const saveAfterMs = 300

/** What is typed and not yet sent, kept per chat and across restarts. */
export function useDrafts() {
  const conversation = useConversationStore()
  const attempt = useAttempt()
  /** The page of a new chat has no chat yet that could keep its draft. */
  const newChatDraft = useLocalStorage('new-chat-draft', '')
  const save = useDebounceFn(
    (chatId: ChatId, text: string) => attempt(() => conversation.writeDraft(chatId, text)),
    saveAfterMs,
  )

  const read = (): string => conversation.chat?.draft ?? newChatDraft.value

  function write(text: string): void {
    if (conversation.chat) void save(conversation.chat.id, text)
    else newChatDraft.value = text
  }

  return { read, write, newChatDraft }
}
