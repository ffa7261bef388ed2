import { refDebounced } from '@vueuse/core'
import { type Ref, onBeforeUnmount, ref, watch } from 'vue'

const typingPauseMs = 400

/** What is typed into a field; it is kept when the typing pauses and when the page is left. */
export function useSettledText(read: () => string, keep: (text: string) => void): Ref<string> {
  const typed = ref(read())
  const settled = refDebounced(typed, typingPauseMs)
  const keepChanged = (text: string): void => {
    if (text !== read()) keep(text)
  }
  watch(settled, keepChanged)
  onBeforeUnmount(() => keepChanged(typed.value))
  watch(read, (text) => (typed.value = text))
  return typed
}
