import type { AppFailure } from './errors.ts'
import type {
  ChoiceMethod,
  EvalForm,
  EvalReport,
  PublishedFigure,
  TextReport,
} from './eval-report.ts'
import type { ModelId } from './ids.ts'
import type { ExportedFile } from './transfer.ts'

/** Of files that are a text, not questions. */
export const textEndings = ['.txt', '.md']

/** Whether a path names a text, by its ending; what else can be measured by are questions. */
export const isText = (path: string): boolean =>
  textEndings.some((ending) => path.toLowerCase().endsWith(ending))

/** How a run over questions asks. */
export interface QuestionChoices {
  method: ChoiceMethod
  /** Solved examples before each question. */
  shots: number
  /** File or folder of those; only looked at when there are to be some. */
  examples: string | null
  /** So many questions at most, taken from the whole set evenly; null for all. */
  limit: number | null
}

/** How a run over a text reads. */
export interface TextChoices {
  /** Tokens that are read at once. */
  windowTokens: number
  /** The model that it is compared with. */
  againstId: ModelId | null
}

/** What a person wants measured. The choices that do not belong to the kind of file do not count. */
export interface EvalPlan extends QuestionChoices, TextChoices {
  modelId: ModelId
  /** File or folder of questions, or a text. */
  path: string
  /** A folder, or a file that ends with .jsonl; null for a file beside what is read. */
  results: string | null
}

/** How far a run is. */
export interface EvalProgress {
  kind: EvalOutcome['type']
  /** Questions, or windows of the text. */
  done: number
  total: number
  /** From 0 to 1. Of a comparison, what the reference reads is half of it. */
  fraction: number
  /** The share of right answers (0 to 1), or the perplexity; null before there is one. */
  soFar: number | null
  /** Null while nothing can be said. */
  timeLeftMs: number | null
}

/** What a run over questions has shown. */
export interface QuestionsOutcome {
  type: 'questions'
  model: string
  form: EvalForm
  method: ChoiceMethod
  shots: number
  report: EvalReport
  /** Of the whole set. */
  published: PublishedFigure[]
  /** Questions that could not be asked, which do not count. */
  unanswered: number
}

/** What a run over a text has shown. */
export interface TextOutcome {
  type: 'text'
  model: string
  reference: string | null
  windowTokens: number
  report: TextReport
}

export type EvalOutcome = QuestionsOutcome | TextOutcome

/** The run that goes on in the app, or the last one of this start. `output` holds the results. */
export type EvalState =
  | { type: 'none' }
  /** `progress` is null until the model is loaded. */
  | { type: 'running'; output: string; progress: EvalProgress | null }
  | { type: 'stopped'; output: string; progress: EvalProgress | null }
  | { type: 'ended'; output: string; outcome: EvalOutcome }
  | { type: 'failed'; output: string; failure: AppFailure }

/** What the app tells about measuring, at most some times a second. */
export interface EvalEvents {
  'eval.changed': { state: EvalState }
}

/** What the renderer may ask about measuring. */
export interface EvalRequests {
  /** With what was started last, also by an earlier start of the app. */
  'eval.read': {
    params: Record<string, never>
    result: { state: EvalState; plan: EvalPlan | null }
  }
  /** Answers once the questions are read; goes on with what an earlier run left in the results. */
  'eval.start': { params: { plan: EvalPlan }; result: null }
  'eval.stop': { params: Record<string, never>; result: null }
  /** Of the run that has ended last: a table of its figures, or a page with plots. */
  'eval.export': { params: { as: 'csv' | 'page' }; result: ExportedFile }
}
