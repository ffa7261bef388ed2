import { useTimeoutFn } from '@vueuse/core'
import { ref, watch } from 'vue'
import type { Message } from '@shared/chat.ts'

/** The end of a chat is drawn before anything else is asked for. */
const askAfterMs = 100

/** Asks for the messages before those that are there, and knows when they have come. */
export function useEarlierMessages(
  messages: () => readonly Message[],
  earlierCount: () => number,
  ask: () => void,
) {
  /** While messages are put in front, the list keeps its distance from the end. */
  const isPrepending = ref(false)

  watch(messages, (now, [first]) => {
    isPrepending.value = now.findIndex(({ id }) => id === first?.id) > 0
  })
  useTimeoutFn(() => {
    if (earlierCount() > 0) ask()
  }, askAfterMs)
  return { isPrepending }
}
