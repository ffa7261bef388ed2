import { useDebounceFn } from '@vueuse/core'
import { computed, type Ref, watch } from 'vue'
import { useConversationStore } from '../stores/conversation.ts'
import { useDocumentsStore } from '../stores/documents.ts'
import { useModelsStore } from '../stores/models.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

const countAfterMs = 250

/** Keeps count of the context, files included, while a question is typed. Returns whether sending waits for a choice. */
export function useContextUse(typed: Ref<string>) {
  const conversation = useConversationStore()
  const documents = useDocumentsStore()
  const models = useModelsStore()
  const settings = useSettingsStore()
  const attempt = useAttempt()

  const chosen = computed(() => documents.choiceOf(conversation.chat?.id ?? null))
  const count = useDebounceFn(
    () =>
      attempt(async () => {
        await documents.measure(conversation.chat?.id ?? null, typed.value)
        const { use } = documents
        if (use?.context) conversation.takeContext(use.context)
        else await conversation.countContext(typed.value)
      }),
    countAfterMs,
  )
  watch(
    () => [
      ...[typed.value, conversation.messages, models.state, conversation.chat?.settings],
      ...[chosen.value, settings.settings.sampling],
      ...[settings.settings.newChatRemote, settings.settings.newChatAdapter],
    ],
    () => void count(),
  )

  return computed(() => {
    const policy = conversation.chat?.settings.contextFull ?? settings.settings.contextFull
    return conversation.context?.fits === false && policy === 'ask'
  })
}
