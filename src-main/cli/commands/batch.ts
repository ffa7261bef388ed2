import type { Command } from 'commander'
import { z } from 'zod'
import { failuresFileOf } from '../../core/batch/batch-output.ts'
import { expectBatchFiles, runBatch } from '../../core/batch/run-batch.ts'
import { defaultAtOnce } from '../../core/resumable/answer-all.ts'
import type { BatchProgress } from '../../shared/batch.ts'
import { AppError } from '../../shared/errors.ts'
import { addAdapterOptions, type AdapterOptions } from '../adapter-option.ts'
import { messageOf, withKeptModel } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import { addModelOptions, addSamplingOptions, type ModelOptions, numberOf } from '../options.ts'
import { describeTimeLeft, showProgress } from '../progress-line.ts'
import { printJson, printLine, tell } from '../terminal.ts'

interface Options extends ModelOptions, AdapterOptions {
  atOnce: number
  json?: boolean
}

const atOnce = z.int().min(1).max(48)

const help = `
INPUT is .jsonl, with lines {"prompt": "…"} or in the form of OpenAI's batches, or .csv with a column
"prompt". OUTPUT is .jsonl or .csv. A run that was ended goes on where it was when it is started again.`

/** `chatglm batch`: answers a file of prompts. */
export function addBatchCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('batch')
    .description('answer a file of prompts, many at once')
    .argument('<input>', 'prompts: .jsonl or .csv')
    .argument('<output>', 'answers: .jsonl or .csv; what is there already is not asked again')
    .option(
      '--at-once <count>',
      'replies that are written together',
      numberOf(atOnce),
      defaultAtOnce,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', help)
  addSamplingOptions(addAdapterOptions(addModelOptions(command))).action(
    (input: string, output: string, options: Options) => batch(context, input, output, options),
  )
}

/** What is done, and how long the rest may take. */
function describe(progress: BatchProgress, startedAtMs: number): string {
  const { total, earlier, answered, failed, generatedTokens } = progress
  const done = answered + failed
  const tookMs = performance.now() - startedAtMs
  if (answered === 0) return `${earlier + done} of ${total}`
  const leftMs = (tookMs / done) * (total - earlier - done)
  const speed = Math.round((generatedTokens / tookMs) * 1000)
  return `${earlier + done} of ${total}, ${speed} tokens/s, ${describeTimeLeft(leftMs)}`
}

async function batch(
  context: CommandContext,
  input: string,
  output: string,
  options: Options,
): Promise<void> {
  const { terminal, signal } = context
  expectBatchFiles(input, output) // before a model is loaded
  const { createAnswerer } = await import('../../http/api/create-answerer.ts')
  const log = {
    info: () => undefined,
    error: (line: string, error: unknown) => tell(terminal, `${line}: ${messageOf(error)}`),
  }
  await withKeptModel(context, options, async (source) => {
    const startedAtMs = performance.now()
    const line = showProgress(terminal, 'Answering')
    const report = await runBatch({
      ...{ input, output, signal, atOnce: options.atOnce },
      answer: createAnswerer({ source, log, stop: signal }),
      onProgress: (progress) => {
        const done = progress.earlier + progress.answered + progress.failed
        line.update(done / Math.max(1, progress.total), describe(progress, startedAtMs))
      },
      onFailure: (failure) => tell(terminal, `Line ${failure.line}: ${failure.message}`),
    }).finally(() => line.close())
    if (signal.aborted) return tell(terminal, 'Stopped. Type the same again to go on.')
    const { answered, earlier, failed } = report
    if (options.json === true) printJson(terminal, report)
    else
      printLine(terminal, `${output}: ${answered} answered, ${earlier} earlier, ${failed} failed`)
    if (failed === 0) return
    const where = failuresFileOf(output)
    throw new AppError('batch.failed_lines', `${failed} lines have no answer. ${where} says why.`)
  })
}
