import { textReport, type TextReport } from '../../core/eval/text/text-report.ts'
import { runText, type TextRun } from '../../core/eval/text/run-text.ts'
import { textReportAsCsv } from '../../core/eval/text/text-table.ts'
import { percent } from '../../core/eval/accuracy.ts'
import { questionFiles, readQuestionFile } from '../../core/eval/question-files.ts'
import { writeResult } from '../../core/resumable/growing-file.ts'
import { AppError } from '../../shared/errors.ts'
import { withKeptModels } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import type { ModelOptions } from '../options.ts'
import { showProgress } from '../progress-line.ts'
import { printJson, printLine, type Terminal } from '../terminal.ts'

/** Of files that are a text, not questions. */
export const textEndings = ['.txt', '.md']

export interface TextOptions extends ModelOptions {
  window: number
  against?: string
  csv?: string
  report?: string
  json?: boolean
}

function tellReport(terminal: Terminal, { tokens, measured, divergence }: TextReport): void {
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

/** How well a model foretells a text, and how far it is from another one. */
export async function evaluateText(
  context: CommandContext,
  { file, results }: { file: string; results: string },
  { window, against, csv, report: page, json, ...model }: TextOptions,
): Promise<void> {
  const { terminal, signal } = context
  const [path = file] = await questionFiles(file, textEndings)
  const text = await readQuestionFile(path, 4)
  let run: TextRun | undefined
  const named = against === undefined ? [model] : [model, { ...model, model: against }]
  await withKeptModels(context, named, async ([measured, reference]) => {
    if (measured === undefined) throw new AppError('app.bug', 'No model was prepared.')
    const line = showProgress(terminal, 'Reading')
    run = await runText({
      ...{ text, windowTokens: window, measured, reference: reference ?? null },
      ...{ output: results, signal },
      onProgress: (done, total) => line.update(done / total, `${done} of ${total} windows`),
    }).finally(() => line.close())
  })
  if (run === undefined || signal.aborted) return
  const report = textReport(run.windows)
  if (csv !== undefined) await writeResult(csv, textReportAsCsv(report))
  if (page !== undefined) {
    const { textPage } = await import('../../core/eval/report/text-page.ts')
    await writeResult(page, textPage({ ...run, report, writtenAt: new Date() }))
  }
  if (json === true) printJson(terminal, report)
  else tellReport(terminal, report)
}
