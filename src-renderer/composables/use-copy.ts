import { type UseClipboardReturn, useClipboard, useTimeoutFn } from '@vueuse/core'
import { effectScope, ref } from 'vue'

/** So long a button says that it has copied. */
const copiedMs = 1500

type Clipboard = UseClipboardReturn<false>

/** Kept as long as the page. */
const scope = effectScope(true)
let clipboard: Clipboard | undefined

/**
 * Copies text. The clipboard is made ready with the first copy: that asks the browser for its
 * permissions and takes long, and a chat has hundreds of buttons.
 */
export function useCopy() {
  const copied = ref(false)
  const { start } = useTimeoutFn(() => (copied.value = false), copiedMs, { immediate: false })

  async function copy(text: string): Promise<void> {
    clipboard ??= scope.run(() => useClipboard({ legacy: true }))
    await clipboard?.copy(text)
    copied.value = true
    start()
  }
  return { copy, copied }
}
