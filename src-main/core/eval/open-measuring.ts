import { isText, type QuestionChoices, textEndings } from '../../shared/eval.ts'
import type { EvalReport, TextReport } from '../../shared/eval-report.ts'
import { evalReport } from './eval-report.ts'
import type { EvalSet } from './eval-question.ts'
import type { MeasureProgress } from './measure-progress.ts'
import { openSet } from './open-set.ts'
import { questionFiles, readQuestionFile } from './question-files.ts'
import { type EvalRun, runEval } from './run-eval.ts'
import { type ModelToUse, runText, type TextRun } from './text/run-text.ts'
import { textReport } from './text/text-report.ts'

/** A longer text takes days. */
const largestTextMb = 4

export interface MeasuringOptions extends QuestionChoices {
  /** File or folder of questions, or a text. */
  path: string
  windowTokens: number
  /** Questions that are asked together. */
  atOnce?: number | undefined
}

export interface MeasuringRun {
  measured: ModelToUse
  /** Of a text: the model that it is compared with. */
  reference: ModelToUse | null
  /** Where what is found is kept; a run that was ended goes on from there. */
  output: string
  signal: AbortSignal
  onProgress: (progress: MeasureProgress) => void
  /** A question that could not be asked. */
  onFailure: (id: string, message: string) => void
}

/** What a run has found. */
export type Measured =
  | { type: 'questions'; run: EvalRun; report: EvalReport }
  | { type: 'text'; run: TextRun; report: TextReport }

/** What has been read and is to be measured by. */
export interface Measuring {
  /**
   * Loads the models in turn and measures. Rejects with what ends the run; an interrupted one resolves
   * with null.
   */
  run: (options: MeasuringRun) => Promise<Measured | null>
}

function measuringBySet(set: EvalSet, { shots, method, atOnce }: MeasuringOptions): Measuring {
  return {
    async run({ measured, ...hooks }) {
      const run = await measured.use((source) =>
        runEval({ set, shots, method, source, ...hooks, atOnce }),
      )
      if (hooks.signal.aborted) return null
      return { type: 'questions', run, report: evalReport(run.results) }
    },
  }
}

function measuringByText(text: string, windowTokens: number): Measuring {
  return {
    async run(options) {
      const run = await runText({ text, windowTokens, ...options })
      if (options.signal.aborted) return null
      return { type: 'text', run, report: textReport(run.windows) }
    },
  }
}

/** Reads questions or a text, before any model is loaded. Throws AppError `eval.*`. */
export async function openMeasuring(options: MeasuringOptions): Promise<Measuring> {
  const { path, windowTokens } = options
  if (!isText(path)) return measuringBySet(await openSet({ questions: path, ...options }), options)
  const [file = path] = await questionFiles(path, textEndings)
  return measuringByText(await readQuestionFile(file, largestTextMb), windowTokens)
}
