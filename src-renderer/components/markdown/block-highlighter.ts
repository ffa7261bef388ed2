import { findLanguage } from './code-languages.ts'
import workerAddress from './highlight-worker.ts?worker&url'
import type { CodeLine } from './highlighted-code.ts'
import type { HighlightAnswer, HighlightQuestion } from './highlighter.ts'

/** Colours the lines of one block on another thread, each time going on where it ended before. */
export interface BlockHighlighter {
  /** One call at a time. Never resolves after `end`. */
  color(lines: readonly string[]): Promise<CodeLine[]>
  end(): void
}

/** The address that the page may start a worker from: ours only, and the policy says so. */
const trusted = window.trustedTypes?.createPolicy('highlighter', {
  createScriptURL: () => workerAddress,
})

let worker: Worker | null = null
let lastBlock = 0
const waiting = new Map<number, (lines: CodeLine[]) => void>()

function startWorker(): Worker {
  const started = new Worker(trusted?.createScriptURL('') ?? workerAddress, { type: 'module' })
  started.addEventListener('message', ({ data }: MessageEvent<HighlightAnswer>) => {
    const take = waiting.get(data.block)
    waiting.delete(data.block)
    take?.(data.lines)
  })
  return started
}

function ask(question: HighlightQuestion): void {
  worker ??= startWorker()
  worker.postMessage(question)
}

/** What colours a new block; null where the language has no colours or the page no threads. */
export function highlightBlock(written: string): BlockHighlighter | null {
  const language = findLanguage(written)?.name
  if (language === undefined || !('Worker' in window)) return null
  const block = (lastBlock += 1)
  return {
    color: (lines) =>
      new Promise((resolve) => {
        waiting.set(block, resolve)
        ask({ type: 'color', block, language, lines })
      }),
    end() {
      waiting.delete(block)
      if (worker) ask({ type: 'end', block })
    },
  }
}
