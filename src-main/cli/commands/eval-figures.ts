import { percent } from '../../core/eval/accuracy.ts'
import { publishedFigures } from '../../core/eval/eval-report.ts'
import type { Measured } from '../../core/eval/open-measuring.ts'
import type { EvalForm, EvalReport, TextReport } from '../../shared/eval-report.ts'
import { printJson, printLine, tell, type Terminal } from '../terminal.ts'

function tellShares(terminal: Terminal, form: EvalForm, report: EvalReport): void {
  for (const { subject, correct, count, share, low, high } of [
    ...report.subjects,
    { subject: 'all', ...report.all },
  ])
    printLine(
      terminal,
      `${subject}: ${percent(share)} (${correct} of ${count}; 95%: ${percent(low)} to ${percent(high)})`,
    )
  for (const { name, percent: published } of publishedFigures[form])
    tell(terminal, `Published for the whole set: ${name} ${published}%.`)
}

function tellPerplexity(terminal: Terminal, { tokens, measured, divergence }: TextReport): void {
  const { perplexity, low, high } = measured
  const bounds = `95%: ${low.toFixed(4)} to ${high.toFixed(4)}`
  printLine(terminal, `perplexity: ${perplexity.toFixed(4)} (${bounds}; ${tokens} tokens)`)
  if (divergence === null) return
  const { reference, mean, standardError, median, p90, p99, most, sameChoice } = divergence
  printLine(terminal, `perplexity of the reference: ${reference.perplexity.toFixed(4)}`)
  printLine(terminal, `divergence: ${mean.toFixed(6)} ± ${standardError.toFixed(6)} nats a token`)
  const quantiles = [median, p90, p99, most].map((nats) => nats.toFixed(6)).join(', ')
  printLine(terminal, `divergence, median, 90%, 99%, most: ${quantiles}`)
  printLine(terminal, `same likeliest token: ${percent(sameChoice.share, 2)}`)
}

/** Prints what a run has found, for people. */
export function tellFigures(terminal: Terminal, measured: Measured): void {
  if (measured.type === 'text') tellPerplexity(terminal, measured.report)
  else tellShares(terminal, measured.run.settings.form, measured.report)
}

/** Prints it for programs. */
export function printFigures(terminal: Terminal, measured: Measured): void {
  if (measured.type === 'text') return printJson(terminal, measured.report)
  printJson(terminal, { ...measured.report, unanswered: measured.run.unanswered })
}
