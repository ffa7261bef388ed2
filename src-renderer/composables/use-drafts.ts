import { useDebounceFn, useLocalStorage } from '@vueuse/core'
import type { ChatId } from '@shared/ids.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useAttempt } from './use-attempt.ts'

const saveAfterMs = 300

/** What is typed and not yet saved, in whichever chat; it outlives the page that it was typed on. */
const unsaved = new Map<ChatId, string>()

/** What is typed and not yet sent, kept per chat and across restarts. */
export function useDrafts() {
  const conversation = useConversationStore()
  const attempt = useAttempt()
  /** The page of a new chat has no chat yet that could keep its draft. */
  const newChatDraft = useLocalStorage('new-chat-draft', '')

  const save = useDebounceFn(
    () =>
      attempt(async () => {
        for (const [chatId, text] of [...unsaved]) {
          await conversation.writeDraft(chatId, text)
          if (unsaved.get(chatId) === text) unsaved.delete(chatId)
        }
      }),
    saveAfterMs,
  )

  function read(): string {
    const { chat } = conversation
    return chat === null ? newChatDraft.value : (unsaved.get(chat.id) ?? chat.draft)
  }

  function write(text: string): void {
    const { chat } = conversation
    if (chat === null) newChatDraft.value = text
    else {
      unsaved.set(chat.id, text)
      void save()
    }
  }

  return { read, write, newChatDraft }
}
