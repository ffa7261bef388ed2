import type { InferenceSource } from '../inference/inference-source.ts'
import { answerAll } from '../resumable/answer-all.ts'
import { answerChoice, type ChoiceMethod } from './answer-choice.ts'
import type { ChoiceItem, ChoiceSet } from './choice-item.ts'
import { choiceMessages, conclusionOf } from './choice-messages.ts'
import { type EvalResult, ResultsFile } from './results-file.ts'

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

/**
 * Asks all questions, several at once, and keeps each result in the file. Rejects with what ends the
 * run for all; an interrupted one resolves with what is known.
 */
export async function runChoices(options: ChoiceRunOptions): Promise<ChoiceRun> {
  const { set, examples, shots, method, source, signal, atOnce } = options
  const model = (await source.ready(signal)).id
  const file = await ResultsFile.open(options.output, { form: set.form, model, method, shots })
  const results = [...file.earlier]
  const known = new Set(results.map(({ id }) => id))
  let unanswered = 0

  async function ask(item: ChoiceItem, ending: AbortSignal): Promise<EvalResult> {
    const shown = examples.filter(
      ({ subject, question }) => subject === item.subject && question !== item.question,
    )
    const messages = choiceMessages(set.form, item, shown.slice(0, shots))
    const question = { messages, conclusion: conclusionOf(set.form), method }
    const { client } = await source.ready(ending)
    const { id, subject, answer } = item
    return { id, subject, answer, ...(await answerChoice(client, question, ending)) }
  }

  async function keep(_: ChoiceItem, found: EvalResult): Promise<void> {
    await file.write(found)
    results.push(found)
    options.onProgress(results.length + unanswered, set.items.length)
  }

  options.onProgress(results.length, set.items.length)
  await answerAll({
    items: set.items.filter(({ id }) => !known.has(id)),
    ...{ atOnce, signal, ask, keep },
    mayPass: ({ code }) => code !== 'engine.context_full',
    onFailed: ({ id }, { message }) => {
      unanswered += 1
      options.onFailure(id, message)
    },
  }).finally(() => file.close())
  return { results, unanswered }
}
