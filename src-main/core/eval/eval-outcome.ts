import type { EvalOutcome } from '../../shared/eval.ts'
import { publishedFigures } from './eval-report.ts'
import type { Measured } from './open-measuring.ts'

/** What pages are told of what a run has found about `model`, as people call it. */
export function outcomeOf(measured: Measured, model: string): EvalOutcome {
  if (measured.type === 'text') {
    const { reference, window } = measured.run.settings
    return { type: 'text', model, reference, windowTokens: window, report: measured.report }
  }
  const { settings, unanswered } = measured.run
  const published = publishedFigures[settings.form]
  return { type: 'questions', ...settings, model, report: measured.report, published, unanswered }
}
