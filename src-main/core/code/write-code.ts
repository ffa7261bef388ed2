import type { GenerateResult } from '../../shared/engine-api.ts'
import type { GenerateEvent } from '../engine/engine-client.ts'
import type { CodeEnd } from './code-end.ts'

/** What begins a completion; aborting the signal lets it end with what is written. */
export type StartCompletion = (signal: AbortSignal) => AsyncIterable<GenerateEvent>

/**
 * The events of a completion that is ended where its code ends: only text that stays, and the
 * finish `stop_string` where more would have come.
 */
export async function* endCode(
  start: StartCompletion,
  endOf: CodeEnd,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  const over = new AbortController()
  let written = ''
  let told = ''
  const grow = (text: string): GenerateEvent[] => {
    const piece = text.slice(told.length)
    told += piece
    return piece === '' ? [] : [{ type: 'text', text: piece }]
  }
  for await (const event of start(AbortSignal.any([signal, over.signal]))) {
    if (event.type === 'text') {
      if (over.signal.aborted) continue // written before the engine heard of the end
      written += event.text
      const { text, isOver } = endOf(written, false)
      yield* grow(text)
      if (isOver) over.abort()
    } else if (event.type === 'finished') {
      const { text, isOver } = endOf(written, true)
      yield* grow(text)
      const finish: Partial<GenerateResult> = isOver ? { finish: 'stop_string' } : {}
      yield { type: 'finished', result: { ...event.result, text, ...finish } }
    } else yield event
  }
}
