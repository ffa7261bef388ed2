import { stringify } from 'csv-stringify/sync'
import type {
  Accuracy,
  EvalForm,
  EvalReport,
  PublishedFigure,
  SubjectAccuracy,
} from '../../shared/eval-report.ts'
import { accuracyOf } from './accuracy.ts'
import type { EvalResult } from './eval-result.ts'

function accuracy(results: EvalResult[]): Accuracy {
  return accuracyOf(results.filter(({ correct }) => correct).length, results.length)
}

/** The share of right answers, of all and of each subject, by its name. */
export function evalReport(results: EvalResult[]): EvalReport {
  const names = [...new Set(results.map(({ subject }) => subject))].sort()
  const subjects = names.map((name) => ({
    subject: name,
    ...accuracy(results.filter(({ subject }) => subject === name)),
  }))
  return { all: accuracy(results), subjects }
}

/** For people: all of them first, then each subject where there are several. */
export function reportRows({ all, subjects }: EvalReport): SubjectAccuracy[] {
  const named = subjects.map((one) => ({ ...one, subject: one.subject.replaceAll('_', ' ') }))
  return [{ subject: 'All', ...all }, ...(named.length > 1 ? named : [])]
}

/** The same as a table, with the bounds of 95%. */
export function reportAsCsv({ all, subjects }: EvalReport): string {
  const rows = [...subjects, { subject: 'all', ...all }]
  return stringify(rows, {
    header: true,
    columns: ['subject', 'count', 'correct', 'share', 'low', 'high'],
  })
}

/** What people call the sets. */
export const setNames: Record<EvalForm, string> = {
  ceval: 'C-Eval',
  mmlu: 'MMLU',
  gsm8k: 'GSM8K',
  bbh: 'BIG-Bench Hard',
}

/**
 * What the authors published, in percent, for whole sets (README of ChatGLM2-6B): C-Eval of the test
 * questions and MMLU of all, both without examples; GSM8K with eight (in Chinese of 500 questions) and
 * BIG-Bench Hard with three examples, which show how to think.
 */
export const publishedFigures: Record<EvalForm, PublishedFigure[]> = {
  ceval: [{ id: 'ceval', name: 'ChatGLM2-6B, C-Eval', percent: 50.1 }],
  mmlu: [
    { id: 'mmlu', name: 'ChatGLM2-6B, MMLU', percent: 45.46 },
    { id: 'mmlu_int4', name: 'ChatGLM2-6B INT4, MMLU', percent: 43.13 },
  ],
  gsm8k: [
    { id: 'gsm8k', name: 'ChatGLM2-6B, GSM8K with 8 examples', percent: 28.05 },
    { id: 'gsm8k_chinese', name: 'ChatGLM2-6B, GSM8K in Chinese with 8 examples', percent: 20.45 },
  ],
  bbh: [{ id: 'bbh', name: 'ChatGLM2-6B, BIG-Bench Hard with 3 examples', percent: 30 }],
}
