import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useConversationStore } from '../stores/conversation.ts'
import { useAttempt } from './use-attempt.ts'
import type { useComposerFiles } from './use-composer-files.ts'
import { useDrafts } from './use-drafts.ts'

/** Sends what is typed, with its files, so that neither is lost when that fails. */
export function useSending(
  typed: Ref<string>,
  files: ReturnType<typeof useComposerFiles>,
  fill: (text: string) => void,
) {
  const conversation = useConversationStore()
  const drafts = useDrafts()
  const attempt = useAttempt()
  const router = useRouter()
  /** While a question is on its way its text stays in the draft: until it is saved, that is all there is. */
  let isSending = false

  function onChange(text: string): void {
    typed.value = text
    if (!isSending) drafts.write(text)
  }

  async function send(text: string): Promise<void> {
    const wasNew = conversation.chat === null
    const sentFiles = files.beginSending()
    isSending = true
    try {
      const sentTo = await conversation.send(text, {}, sentFiles.choice)
      sentFiles.forget()
      if (wasNew) drafts.newChatDraft.value = ''
      if (wasNew) await router.replace({ name: 'chat', params: { chatId: sentTo } })
    } catch (error) {
      fill(text) // nothing that was typed is lost
      sentFiles.keep()
      await attempt(() => Promise.reject(error instanceof Error ? error : new Error(String(error))))
    } finally {
      isSending = false
      drafts.write(typed.value)
    }
  }

  return { onChange, send }
}
