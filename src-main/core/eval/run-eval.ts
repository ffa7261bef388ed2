import type { ChoiceMethod } from '../../shared/eval-report.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import { answerAll } from '../resumable/answer-all.ts'
import type { EvalQuestion, EvalSet } from './eval-question.ts'
import { type EvalResult, evalResult, type EvalSettings, evalSettings } from './eval-result.ts'
import type { MeasureProgress } from './measure-progress.ts'
import { ResultsFile } from './results-file.ts'

export interface EvalRunOptions {
  set: EvalSet
  /** How the set was opened, by which results are known to be of the same run. */
  shots: number
  method: ChoiceMethod
  /** Where results are kept; a run that was ended goes on from there. */
  output: string
  atOnce?: number | undefined
  source: InferenceSource
  signal: AbortSignal
  onProgress: (progress: MeasureProgress) => void
  /** A question that could not be asked: it is too long, or the engine crashes at it twice. */
  onFailure: (id: string, message: string) => void
}

export interface EvalRun {
  settings: EvalSettings
  results: EvalResult[]
  unanswered: number
}

/**
 * Asks all questions, several at once, and keeps each result in the file. Rejects with what ends the
 * run for all; an interrupted one resolves with what is known.
 */
export async function runEval(options: EvalRunOptions): Promise<EvalRun> {
  const { set, shots, method, source, signal, atOnce } = options
  const { form, questions } = set
  const model = (await source.ready(signal)).id
  const settings = { form, model, method, shots }
  const head = evalSettings.parse({ chatglm_eval: 1, ...settings })
  const file = await ResultsFile.open<EvalResult>(options.output, { head, result: evalResult })
  const asked = new Set(questions.map(({ id }) => id))
  // The file may hold results of other parts of the set.
  const results = file.earlier.filter(({ id }) => asked.has(id))
  const known = new Set(results.map(({ id }) => id))
  let correct = results.filter((one) => one.correct).length
  let unanswered = 0

  function tell(): void {
    const done = results.length + unanswered
    const total = questions.length
    const soFar = results.length === 0 ? null : correct / results.length
    options.onProgress({ kind: 'questions', done, total, fraction: done / total, soFar })
  }

  async function ask(question: EvalQuestion, ending: AbortSignal): Promise<EvalResult> {
    const { client } = await source.ready(ending)
    const { id, subject, answer } = question
    return { id, subject, answer, ...(await question.ask(client, ending)) }
  }

  async function keep(_: EvalQuestion, found: EvalResult): Promise<void> {
    await file.write(found)
    results.push(found)
    if (found.correct) correct += 1
    tell()
  }

  tell()
  await answerAll({
    items: questions.filter(({ id }) => !known.has(id)),
    ...{ atOnce, signal, ask, keep },
    mayPass: ({ code }) => code !== 'engine.context_full',
    onFailed: ({ id }, { message }) => {
      unanswered += 1
      options.onFailure(id, message)
      tell()
    },
  }).finally(() => file.close())
  return { settings, results, unanswered }
}
