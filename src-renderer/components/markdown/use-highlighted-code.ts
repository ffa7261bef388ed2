import { onScopeDispose, shallowRef, watch } from 'vue'
import { type CodeLine, HighlightedCode, type LineTokenizer } from './highlighted-code.ts'
import { loadLanguage, tokenizerOf } from './load-highlighter.ts'

/** Lines that are coloured in one go, so that no task is long. */
const sliceLines = 60
/** While a block is written it is coloured a few times a second. */
const writingPauseMs = 250

/** The lines of a block, with colours as soon as there are any. */
export function useHighlightedCode(
  code: () => string,
  language: () => string,
  isOpen: () => boolean,
) {
  const highlighted = new HighlightedCode()
  const chunks = shallowRef<readonly (readonly CodeLine[])[]>([])
  const partial = shallowRef('')
  const lineCount = shallowRef(0)
  let tokenizer: LineTokenizer | null = null
  let timer = 0
  let isDisposed = false

  function show(): void {
    chunks.value = highlighted.chunks
    partial.value = highlighted.partial
    lineCount.value = highlighted.lineCount
  }

  function colorNext(): void {
    timer = 0
    if (tokenizer === null || !highlighted.isWaiting) return
    highlighted.highlight(tokenizer, sliceLines)
    show()
    schedule()
  }

  function schedule(): void {
    if (timer !== 0 || tokenizer === null || !highlighted.isWaiting) return
    timer = window.setTimeout(colorNext, isOpen() ? writingPauseMs : 0)
  }

  function update(): void {
    if (!highlighted.update(code(), !isOpen())) tokenizer = tokenizerOf(language())
    show()
    schedule()
  }

  async function begin(): Promise<void> {
    tokenizer = tokenizerOf(language())
    if (tokenizer === null) {
      const written = language()
      await loadLanguage(written)
      if (isDisposed || written !== language()) return
      tokenizer = tokenizerOf(written)
    }
    colorNext()
  }

  update()
  void begin()
  watch([code, isOpen], update)
  watch(language, () => {
    highlighted.update('', false)
    update()
    void begin()
  })
  onScopeDispose(() => {
    isDisposed = true
    window.clearTimeout(timer)
  })
  return { chunks, partial, lineCount }
}
