import { useEventListener } from '@vueuse/core'
import type { VirtualizerHandle } from 'virtua/vue'
import { type Ref, nextTick, onMounted, ref, watch } from 'vue'
import type { Message } from '@shared/chat.ts'
import type { MessageId } from '@shared/ids.ts'

/** Within so many pixels of the end the reader counts as being there. */
const endDistance = 32

const upwardKeys = new Set(['ArrowUp', 'PageUp', 'Home'])

/**
 * Follows the end of the messages while the reader is there, and never otherwise. What only the
 * reader does (wheel, touch, keys, the scroll bar) ends it; sizes that change never do.
 */
export function useMessageScroll(
  list: Readonly<Ref<VirtualizerHandle | null>>,
  scroller: Readonly<Ref<HTMLElement | null>>,
  messages: () => readonly Message[],
  texts: () => ReadonlyMap<MessageId, string>,
) {
  const isFollowing = ref(true)
  /** Whether something was said since the reader left the end. */
  const hasNews = ref(false)
  let isReaderMoving = false
  let isDragging = false
  let lastOffset = 0

  function isAtEnd(): boolean {
    const handle = list.value
    if (handle === null) return true
    return handle.scrollOffset + handle.viewportSize >= handle.scrollSize - endDistance
  }

  function follow(): void {
    isFollowing.value = true
    hasNews.value = false
    isReaderMoving = false
  }

  function toEnd(): void {
    follow()
    const last = messages().length - 1
    if (last >= 0) list.value?.scrollToIndex(last, { align: 'end' })
  }

  function toMessage(index: number): void {
    isFollowing.value = false
    list.value?.scrollToIndex(index, { align: 'center' })
    requestAnimationFrame(() => {
      if (isAtEnd()) follow()
    })
  }

  function onScroll(offset: number): void {
    const isUpward = offset < lastOffset
    lastOffset = offset
    if ((isReaderMoving || isDragging) && isUpward && !isAtEnd()) isFollowing.value = false
    else if (isAtEnd()) follow()
  }

  function onResize(): void {
    if (isFollowing.value) toEnd()
  }

  useEventListener(scroller, 'wheel', ({ deltaY }) => (isReaderMoving = deltaY < 0), {
    passive: true,
  })
  useEventListener(scroller, 'touchmove', () => (isReaderMoving = true), { passive: true })
  useEventListener(scroller, 'keydown', ({ key }) => {
    if (upwardKeys.has(key)) isReaderMoving = true
  })
  // The scroll bar belongs to the scroller itself, what it scrolls does not.
  useEventListener(scroller, 'pointerdown', ({ target }) => {
    isDragging = target === scroller.value
  })
  useEventListener(window, 'pointerup', () => (isDragging = false))

  onMounted(() => {
    // What is there is laid out already; the list finds its place there, and need not jump to it.
    scroller.value?.querySelector('ol > :last-child')?.scrollIntoView({ block: 'end' })
    void nextTick(toEnd)
  })
  watch(messages, (now, before) => {
    const known = new Set(before.map(({ id }) => id))
    const firstKnown = now.findIndex(({ id }) => known.has(id))
    // Those in front of what was there are older, and nothing that was said now.
    const added = now.slice(Math.max(0, firstKnown)).filter(({ id }) => !known.has(id))
    if (firstKnown === -1 || added.some(({ role }) => role === 'user')) void nextTick(toEnd)
    else if (added.length > 0 && !isFollowing.value) hasNews.value = true
  })
  watch(
    () => {
      const last = messages().at(-1)
      return last && texts().get(last.id)?.length
    },
    (length) => {
      if (length !== undefined && !isFollowing.value) hasNews.value = true
    },
  )
  return { isFollowing, hasNews, toEnd, toMessage, onScroll, onResize }
}
