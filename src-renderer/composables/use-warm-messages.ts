import { getCurrentInstance, onMounted } from 'vue'

/** Loads the list of messages after the page, and makes its code fast while nothing else is done. */
export function useWarmMessages(): void {
  const { appContext } = getCurrentInstance() ?? {}
  onMounted(async () => {
    const [{ warmUpMessages }] = await Promise.all([
      import('../components/messages/warm-up.ts'),
      import('../components/chat/ChatMessages.vue'),
    ])
    if (appContext) warmUpMessages(appContext)
  })
}
