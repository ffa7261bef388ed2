import { type Command, Option } from 'commander'
import { z } from 'zod'
import { percent } from '../../core/eval/accuracy.ts'
import { choiceMethods, type ChoiceMethod } from '../../core/eval/answer-choice.ts'
import type { EvalForm } from '../../core/eval/eval-question.ts'
import {
  evalReport,
  type EvalReport,
  publishedFigures,
  reportAsCsv,
} from '../../core/eval/eval-report.ts'
import { openSet } from '../../core/eval/open-set.ts'
import { type EvalRun, runEval } from '../../core/eval/run-eval.ts'
import { defaultAtOnce } from '../../core/resumable/answer-all.ts'
import { writeResult } from '../../core/resumable/growing-file.ts'
import { AppError } from '../../shared/errors.ts'
import { endingOf } from '../../core/eval/question-files.ts'
import { withKeptModel } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import { addModelOptions, numberOf } from '../options.ts'
import { evaluateText, textEndings, type TextOptions } from './eval-text.ts'
import { showProgress } from '../progress-line.ts'
import { printJson, printLine, tell, type Terminal } from '../terminal.ts'

interface Options extends TextOptions {
  method: ChoiceMethod
  shots: number
  examples?: string
  atOnce: number
}

const help = `
QUESTIONS is a file or a folder of files: of C-Eval (val/*.csv), MMLU (test/*.csv), GSM8K (test.jsonl) or
BIG-Bench Hard (bbh/*.json); or any text (.txt, .md), which tells the model's perplexity and, with --against, the
Kullback-Leibler divergence from another model. RESULTS is .jsonl; a run that was ended goes on where it was when
it is started again.`

/** `chatglm eval`: how many questions of a set a model answers rightly. */
export function addEvalCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('eval')
    .description(
      'measure a model by the questions of C-Eval, MMLU, GSM8K or BIG-Bench Hard, or by a text',
    )
    .argument('<questions>', 'file or folder; its ending tells whose form it has')
    .argument('<results>', '.jsonl; what is there already is not asked again')
    .addOption(
      new Option(
        '--method <method>',
        'reason: the model thinks first, as in the official evaluation; letter: it chooses at once, of four',
      )
        .choices(choiceMethods)
        .default('reason'),
    )
    .option(
      '--shots <count>',
      'solved examples before each question',
      numberOf(z.int().min(0).max(20)),
      0,
    )
    .option(
      '--examples <path>',
      'where those are taken from, such as dev, train.jsonl or cot-prompts',
    )
    .option(
      '--at-once <count>',
      'questions that are asked together',
      numberOf(z.int().min(1).max(48)),
      defaultAtOnce,
    )
    .option(
      '--window <tokens>',
      'of a text: tokens that are read at once',
      numberOf(z.int().min(16).max(32_768)),
      512,
    )
    .option('--against <path>', 'of a text: a model to compare with, such as the same in F16')
    .option('--csv <file>', 'write the figures to a table')
    .option('--report <file>', 'write a page with plots of them (.html)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
  addModelOptions(command).action((questions: string, results: string, options: Options) =>
    textEndings.includes(endingOf(questions))
      ? evaluateText(context, { file: questions, results }, options)
      : evaluate(context, { questions, results }, options),
  )
}

function tellReport(terminal: Terminal, form: EvalForm, report: EvalReport): void {
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

async function evaluate(
  context: CommandContext,
  { questions, results }: { questions: string; results: string },
  { method, shots, examples, atOnce, csv, report: page, json, ...model }: Options,
): Promise<void> {
  const { terminal, signal } = context
  if (model.against !== undefined)
    throw new AppError(
      'cli.only_text',
      'Only by a text (.txt or .md) is a model compared with another one. Leave --against out.',
    )
  if (shots > 0 && examples === undefined)
    throw new AppError('cli.no_examples', 'Name by --examples where the solved examples are.')
  const set = await openSet({ questions, examples, shots, method })
  let run: EvalRun | undefined
  await withKeptModel(context, model, async (source) => {
    const line = showProgress(terminal, 'Asking')
    run = await runEval({
      ...{ set, shots, method, output: results, atOnce, source, signal },
      onProgress: (done, total) => line.update(done / total, `${done} of ${total}`),
      onFailure: (id, message) => tell(terminal, `${id}: ${message}`),
    }).finally(() => line.close())
  })
  if (run === undefined || signal.aborted) return
  const { settings, unanswered } = run
  const report = evalReport(run.results)
  if (csv !== undefined) await writeResult(csv, reportAsCsv(report))
  if (page !== undefined) {
    const { reportPage } = await import('../../core/eval/report/report-page.ts')
    await writeResult(page, reportPage({ settings, report, unanswered, writtenAt: new Date() }))
  }
  if (json === true) printJson(terminal, { ...report, unanswered })
  else tellReport(terminal, set.form, report)
  if (unanswered > 0) {
    throw new AppError(
      'eval.unanswered',
      `${unanswered} questions could not be asked. Start the same again to try them once more.`,
    )
  }
}
