import { useTimeoutFn } from '@vueuse/core'
import { computed, nextTick, ref } from 'vue'
import type { Message } from '@shared/chat.ts'

/** What fills a window several times over; the rest of a long chat need not keep its end waiting. */
const openingCount = 30
const restAfterMs = 100

/** The messages that are drawn: first the end of a chat, and all of it a moment later. */
export function useMessageWindow(messages: () => readonly Message[]) {
  const firstDrawn = ref(Math.max(0, messages().length - openingCount))
  /** While messages are put in front, the list keeps its distance from the end. */
  const isPrepending = ref(false)
  const drawn = computed(() => messages().slice(firstDrawn.value))

  /** Draws the rest now. The list is complete when it resolves. */
  async function drawAll(): Promise<void> {
    if (firstDrawn.value === 0) return
    isPrepending.value = true
    firstDrawn.value = 0
    await nextTick()
    isPrepending.value = false
  }

  useTimeoutFn(() => void drawAll(), restAfterMs)
  return { firstDrawn, isPrepending, drawn, drawAll }
}
