import { useDebounceFn } from '@vueuse/core'
import { computed, type Ref, watch } from 'vue'
import { useConversationStore } from '../stores/conversation.ts'
import { useModelsStore } from '../stores/models.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

const countAfterMs = 250

/** Keeps count of the context while a question is typed. Returns whether sending waits for a choice. */
export function useContextUse(typed: Ref<string>) {
  const conversation = useConversationStore()
  const models = useModelsStore()
  const settings = useSettingsStore()
  const attempt = useAttempt()

  const count = useDebounceFn(
    () => attempt(() => conversation.countContext(typed.value)),
    countAfterMs,
  )
  watch(
    () => [typed.value, conversation.messages, models.state.type, conversation.chat?.settings],
    () => void count(),
  )

  return computed(() => {
    const policy = conversation.chat?.settings.contextFull ?? settings.settings.contextFull
    return conversation.context?.fits === false && policy === 'ask'
  })
}
