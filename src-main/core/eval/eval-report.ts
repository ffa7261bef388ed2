import { stringify } from 'csv-stringify/sync'
import { type Accuracy, accuracyOf } from './accuracy.ts'
import type { ChoiceForm } from './choice-item.ts'
import type { EvalResult } from './results-file.ts'

export interface SubjectAccuracy extends Accuracy {
  subject: string
}

export interface EvalReport {
  all: Accuracy
  subjects: SubjectAccuracy[]
}

function accuracy(results: EvalResult[]): Accuracy {
  return accuracyOf(
    results.filter(({ answer, chosen }) => answer === chosen).length,
    results.length,
  )
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

/** The same as a table, with the bounds of 95%. */
export function reportAsCsv({ all, subjects }: EvalReport): string {
  const rows = [...subjects, { subject: 'all', ...all }]
  return stringify(rows, {
    header: true,
    columns: ['subject', 'count', 'correct', 'share', 'low', 'high'],
  })
}

/**
 * What the authors published, in percent, for whole sets (README of ChatGLM2-6B): C-Eval of the test
 * questions, MMLU of all, both without examples.
 */
export const publishedPercent: Record<ChoiceForm, { name: string; percent: number }[]> = {
  ceval: [{ name: 'ChatGLM2-6B, C-Eval', percent: 50.1 }],
  mmlu: [
    { name: 'ChatGLM2-6B, MMLU', percent: 45.46 },
    { name: 'ChatGLM2-6B INT4, MMLU', percent: 43.13 },
  ],
}
