import { ref } from 'vue'

const isOpen = ref(false)

/** Whether the palette is shown. There is one in the app. */
export function usePalette() {
  return { isOpen }
}
