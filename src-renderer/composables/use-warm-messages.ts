import { useTimeoutFn } from '@vueuse/core'
import { getCurrentInstance, onMounted } from 'vue'

/** The composer takes its first key and the list of chats is drawn before that. */
const delayMs = 500

/** Loads the list of messages after the page, and makes its code fast while nothing else is done. */
export function useWarmMessages(): void {
  const { appContext } = getCurrentInstance() ?? {}
  const { start } = useTimeoutFn(
    async () => {
      const [{ warmUpMessages }] = await Promise.all([
        import('../components/messages/warm-up.ts'),
        import('../components/chat/ChatMessages.vue'),
      ])
      if (appContext) warmUpMessages(appContext)
    },
    delayMs,
    { immediate: false },
  )
  onMounted(start)
}
