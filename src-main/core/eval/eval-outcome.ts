import type { EvalOutcome } from '../../shared/eval.ts'
import { publishedFigures } from './eval-report.ts'
import type { Measured } from './open-measuring.ts'

/** What pages are told of what a run has found. */
export function outcomeOf(measured: Measured): EvalOutcome {
  if (measured.type === 'text') {
    const { model, reference, window } = measured.run.settings
    return { type: 'text', model, reference, windowTokens: window, report: measured.report }
  }
  const { settings, unanswered } = measured.run
  const published = publishedFigures[settings.form]
  return { type: 'questions', ...settings, report: measured.report, published, unanswered }
}
