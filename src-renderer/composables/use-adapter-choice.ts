import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AdapterChoice } from '@shared/adapters.ts'
import type { ChatSettings } from '@shared/chat.ts'
import { useAdaptersStore } from '../stores/adapters.ts'
import { useAttempt } from './use-attempt.ts'

/** Names an adapter, with its strength where that is not as it was trained. */
export function useAdapterName() {
  const { t, n } = useI18n()
  return ({ name, scale }: AdapterChoice): string =>
    scale === 1
      ? name
      : t('adapters.scaled', { name, scale: n(scale, { maximumFractionDigits: 2 }) })
}

/** What a chat is written with besides the model; nothing where a server answers it. */
export function useAdapterChoice(settings: () => ChatSettings) {
  const store = useAdaptersStore()
  const attempt = useAttempt()

  const choice = computed<AdapterChoice | null>(() => {
    const { adapter, remote } = settings()
    return (remote ? undefined : adapter) ?? null
  })
  /** Null also while the adapters have not been read. */
  const installed = computed(
    () => store.adapters.find(({ id }) => id === choice.value?.adapterId) ?? null,
  )
  const isGone = computed(() => choice.value !== null && store.isRead && installed.value === null)
  watch(
    () => choice.value !== null,
    (isChosen) => {
      if (isChosen) void attempt(store.read)
    },
    { immediate: true },
  )
  return { choice, installed, isGone }
}
