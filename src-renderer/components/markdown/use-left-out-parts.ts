import { useResizeObserver } from '@vueuse/core'
import { type Ref, computed, ref } from 'vue'

/**
 * Whether the parts of a text that are not seen may be left out of drawing, which a reply that grows
 * is long enough to need. Only while the browser knows what room they take: each was laid out once in
 * the width that they have now. They stay left out when the reply ends, until the width changes.
 */
export function useLeftOutParts(root: Ref<HTMLElement | null>, isStreaming: () => boolean) {
  const isLeavingOut = ref(false)
  let knownWidth = 0

  const observed = computed(() => (isStreaming() || isLeavingOut.value ? root.value : null))
  useResizeObserver(observed, ([entry]) => {
    const width = entry?.contentRect.width ?? 0
    if (isLeavingOut.value && width === knownWidth) return
    knownWidth = width
    isLeavingOut.value = false
    if (!isStreaming()) return
    // A frame that lays out everything, and one in which the sizes are kept.
    requestAnimationFrame(() => requestAnimationFrame(() => (isLeavingOut.value = true)))
  })
  return isLeavingOut
}
