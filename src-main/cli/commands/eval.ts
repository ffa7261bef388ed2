import { type Command, Option } from 'commander'
import { z } from 'zod'
import { percent } from '../../core/eval/accuracy.ts'
import { measuredAsCsv, measuredAsPage } from '../../core/eval/export-measured.ts'
import { type MeasureProgress, TimeLeft } from '../../core/eval/measure-progress.ts'
import { type Measured, openMeasuring } from '../../core/eval/open-measuring.ts'
import { defaultAtOnce } from '../../core/resumable/answer-all.ts'
import { writeResult } from '../../core/resumable/growing-file.ts'
import { AppError } from '../../shared/errors.ts'
import { isText } from '../../shared/eval.ts'
import { choiceMethods, type ChoiceMethod } from '../../shared/eval-report.ts'
import { addAdapterOptions, type AdapterOptions } from '../adapter-option.ts'
import { withKeptModels } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import { addModelOptions, type ModelOptions, numberOf } from '../options.ts'
import { describeTimeLeft, showProgress } from '../progress-line.ts'
import { tell } from '../terminal.ts'
import { printFigures, tellFigures } from './eval-figures.ts'

interface Options extends ModelOptions, AdapterOptions {
  method: ChoiceMethod
  shots: number
  examples?: string
  limit?: number
  atOnce: number
  window: number
  against?: string
  csv?: string
  report?: string
  json?: boolean
}

const help = `
QUESTIONS is a file or a folder of files: of C-Eval (val/*.csv), MMLU (test/*.csv), GSM8K (test.jsonl) or
BIG-Bench Hard (bbh/*.json); or any text (.txt, .md), which tells the model's perplexity and, with --against, the
Kullback-Leibler divergence from another model. RESULTS is .jsonl; a run that was ended goes on where it was when
it is started again.`

/** Options that only questions have, and those that only a text has. */
const ofQuestions = ['method', 'shots', 'examples', 'limit', 'atOnce', 'adapter'] as const
const ofText = ['window', 'against'] as const

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
      '--limit <count>',
      'ask only so many, taken from the whole set evenly',
      numberOf(z.int().min(1)),
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
  addAdapterOptions(addModelOptions(command)).action(
    (questions: string, results: string, options: Options) => {
      expectFitting(command, questions)
      return evaluate(context, { questions, results }, options)
    },
  )
}

/** Throws AppError for an option that would not count. */
function expectFitting(command: Command, questions: string): void {
  const others = isText(questions) ? ofQuestions : ofText
  const given = others.find((name) => command.getOptionValueSource(name) === 'cli')
  if (given === undefined) return
  const flag = command.options.find((option) => option.attributeName() === given)?.long ?? given
  const why = isText(questions)
    ? 'is for questions, and this is a text'
    : 'is for a text (.txt or .md), and these are questions'
  throw new AppError('cli.other_kind', `${flag} ${why}. Leave ${flag} out.`)
}

async function evaluate(
  context: CommandContext,
  { questions, results }: { questions: string; results: string },
  { method, shots, examples, limit, atOnce, window, against, csv, report, json, ...model }: Options,
): Promise<void> {
  const { terminal, signal } = context
  if (shots > 0 && examples === undefined)
    throw new AppError('cli.no_examples', 'Name by --examples where the solved examples are.')
  const measuring = await openMeasuring({
    ...{ path: questions, method, shots, atOnce, windowTokens: window },
    ...{ examples: examples ?? null, limit: limit ?? null },
  })
  const describe = progressWords()
  let found: Measured | null | undefined
  const named = against === undefined ? [model] : [model, { ...model, model: against }]
  await withKeptModels(context, named, async ([measured, reference = null]) => {
    if (measured === undefined) throw new AppError('app.bug', 'No model was prepared.')
    const line = showProgress(terminal, isText(questions) ? 'Reading' : 'Asking')
    found = await measuring
      .run({
        ...{ measured, reference, output: results, signal },
        onProgress: (progress) => line.update(progress.fraction, describe(progress)),
        onFailure: (id, message) => tell(terminal, `${id}: ${message}`),
      })
      .finally(() => line.close())
  })
  if (found) await tellFound(context, found, { csv, report, json })
}

/** Says how far a run is: what is done, the figure so far and the time that is left. */
function progressWords(): (progress: MeasureProgress) => string {
  const timeLeft = new TimeLeft()
  return ({ kind, done, total, soFar, fraction }) => {
    const leftMs = timeLeft.after(fraction, performance.now())
    const figure = (value: number) =>
      kind === 'text' ? `perplexity ${value.toFixed(2)}` : `${percent(value)} right`
    return [
      `${done} of ${total}${kind === 'text' ? ' windows' : ''}`,
      ...(soFar === null ? [] : [figure(soFar)]),
      ...(leftMs === null ? [] : [describeTimeLeft(leftMs)]),
    ].join(', ')
  }
}

async function tellFound(
  { terminal }: CommandContext,
  measured: Measured,
  { csv, report, json }: { [K in 'csv' | 'report' | 'json']: Options[K] },
): Promise<void> {
  if (csv !== undefined) await writeResult(csv, measuredAsCsv(measured))
  if (report !== undefined) await writeResult(report, await measuredAsPage(measured, new Date()))
  if (json === true) printFigures(terminal, measured)
  else tellFigures(terminal, measured)
  if (measured.type === 'questions' && measured.run.unanswered > 0) {
    throw new AppError(
      'eval.unanswered',
      `${measured.run.unanswered} questions could not be asked. Start the same again to try them once more.`,
    )
  }
}
