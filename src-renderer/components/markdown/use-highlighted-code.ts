import { onScopeDispose, shallowRef, watch } from 'vue'
import { highlightBlock } from './block-highlighter.ts'
import { type CodeLine, HighlightedCode } from './highlighted-code.ts'

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
  let highlighter = highlightBlock(language())
  let isAsking = false
  let timer = 0

  function show(): void {
    chunks.value = highlighted.chunks
    partial.value = highlighted.partial
    lineCount.value = highlighted.lineCount
  }

  async function colorNext(): Promise<void> {
    timer = 0
    const asked = highlighter
    if (asked === null || isAsking || !highlighted.isWaiting) return
    isAsking = true
    const lines = await asked.color(highlighted.nextLines(sliceLines))
    isAsking = false
    highlighted.color(lines)
    show()
    schedule(isOpen() ? writingPauseMs : 0)
  }

  function schedule(pauseMs: number): void {
    if (timer !== 0 || highlighter === null || isAsking || !highlighted.isWaiting) return
    timer = window.setTimeout(() => void colorNext(), pauseMs)
  }

  /** Lets go of what was asked about another code. */
  function startAnew(): void {
    highlighter?.end()
    highlighter = highlightBlock(language())
    isAsking = false
  }

  function update(): void {
    if (!highlighted.update(code(), !isOpen())) startAnew()
    show()
    schedule(isOpen() ? writingPauseMs : 0)
  }

  highlighted.update(code(), !isOpen())
  show()
  void colorNext()
  watch([code, isOpen], update)
  watch(language, () => {
    highlighted.update('', false)
    startAnew()
    update()
  })
  onScopeDispose(() => {
    highlighter?.end()
    window.clearTimeout(timer)
  })
  return { chunks, partial, lineCount }
}
