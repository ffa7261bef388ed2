import PQueue from 'p-queue'
import { AppError } from '../../shared/errors.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import { answerChoice, type ChoiceMethod } from './answer-choice.ts'
import type { ChoiceItem, ChoiceSet } from './choice-item.ts'
import { choiceMessages, conclusionOf } from './choice-messages.ts'
import { type EvalResult, ResultsFile } from './results-file.ts'

/** How many questions are asked together; more gain little and wait for memory. */
export const defaultAtOnce = 8

export interface ChoiceRunOptions {
  set: ChoiceSet
  /** Of each subject so many stand before its questions, with their answers. */
  examples: ChoiceItem[]
  shots: number
  method: ChoiceMethod
  /** Where results are kept; a run that was ended goes on from there. */
  output: string
  atOnce?: number
  source: InferenceSource
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
  /** A question that could not be asked: it is too long, or the engine crashes at it twice. */
  onFailure: (id: string, message: string) => void
}

export interface ChoiceRun {
  results: EvalResult[]
  unanswered: number
}

/** Whether no question can be asked any more. */
const isOver = ({ code }: AppError): boolean =>
  /^(?:model|eval)\./u.test(code) || code === 'engine.failed' || code === 'engine.stopped'

/** A call, since the compiler believes that a property stays as it was before an await. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

/**
 * Asks all questions, several at once, and keeps each result in the file. Rejects with what ends the
 * run for all; an interrupted one resolves with what is known.
 */
export async function runChoices(options: ChoiceRunOptions): Promise<ChoiceRun> {
  const { set, examples, shots, method, source, signal, atOnce = defaultAtOnce } = options
  const model = (await source.ready(signal)).id
  const file = await ResultsFile.open(options.output, { form: set.form, model, method, shots })
  const results = [...file.earlier]
  const known = new Set(results.map(({ id }) => id))
  const over = new AbortController()
  const ending = AbortSignal.any([signal, over.signal])
  let unanswered = 0

  async function ask(item: ChoiceItem): Promise<EvalResult> {
    const shown = examples.filter(
      ({ subject, question }) => subject === item.subject && question !== item.question,
    )
    const messages = choiceMessages(set.form, item, shown.slice(0, shots))
    const question = { messages, conclusion: conclusionOf(set.form), method }
    const { client } = await source.ready(ending)
    const { id, subject, answer } = item
    return { id, subject, answer, ...(await answerChoice(client, question, ending)) }
  }

  async function answer(item: ChoiceItem): Promise<void> {
    if (isAborted(ending)) return
    try {
      // A question that crashes the engine takes those beside it along: each is asked once more.
      const found = await ask(item).catch((error: unknown) => {
        if (isAborted(ending) || !(error instanceof AppError) || isOver(error)) throw error
        return ask(item)
      })
      if (isAborted(ending)) return
      await file.write(found)
      results.push(found)
      options.onProgress(results.length + unanswered, set.items.length)
    } catch (error) {
      if (isAborted(ending)) return
      if (!(error instanceof AppError) || isOver(error)) return over.abort(error)
      unanswered += 1
      options.onFailure(item.id, error.message)
    }
  }

  try {
    const queue = new PQueue({ concurrency: atOnce })
    options.onProgress(results.length, set.items.length)
    const open = set.items.filter(({ id }) => !known.has(id))
    await queue.addAll(open.map((item) => () => answer(item)))
  } finally {
    await file.close()
  }
  if (over.signal.aborted) throw over.signal.reason
  return { results, unanswered }
}
