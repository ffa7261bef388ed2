import { resolve } from 'node:path'
import PQueue from 'p-queue'
import { z } from 'zod'
import type { BatchProgress } from '../../shared/batch.ts'
import { AppError } from '../../shared/errors.ts'
import type { AnswerRequest, ApiAnswer } from './answer-request.ts'
import { batchAnswer } from './batch-answer.ts'
import { batchFileKind } from './batch-file.ts'
import type { BatchItem } from './batch-item.ts'
import { type BatchFailure, BatchOutput } from './batch-output.ts'
import { readBatch } from './read-batch.ts'

/** How many replies are written together; more gain little and wait for memory. */
export const defaultAtOnce = 8

export interface BatchOptions {
  input: string
  output: string
  atOnce?: number
  answer: AnswerRequest
  /** Ends the run; what is answered stays, and the next run goes on from there. */
  signal: AbortSignal
  onProgress: (progress: BatchProgress) => void
  onFailure?: (failure: BatchFailure) => void
}

const errorBody = z.object({
  error: z.object({ code: z.string().nullable(), message: z.string() }),
})

/** Why there is no answer. */
function failureOf({ status, body }: ApiAnswer): { code: string; message: string } {
  const { error } = errorBody.parse(body)
  return { code: error.code ?? `http.${status}`, message: error.message }
}

/** Whether no request can be answered any more. */
const isOver = (code: string): boolean =>
  code.startsWith('model.') ||
  ['engine.failed', 'engine.stopped', 'engine.model_not_loaded'].includes(code)

/** Whether another try, alone, may go well: the engine crashed, or had too much to do. */
const isPassing = ({ status }: ApiAnswer): boolean => status >= 500 || status === 429

/** A call, since the compiler believes that a property stays as it was before an await. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

async function countLines(input: string): Promise<number> {
  let lines = 0
  for await (const one of readBatch(input)) lines += one.line > 0 ? 1 : 0
  return lines
}

/** One run over a file. */
class BatchRun {
  private readonly progress: BatchProgress
  private readonly over = new AbortController()
  private readonly again: BatchItem[] = []
  private readonly signal: AbortSignal

  constructor(
    private readonly options: BatchOptions,
    private readonly output: BatchOutput,
    total: number,
  ) {
    this.progress = { total, earlier: 0, answered: 0, failed: 0, generatedTokens: 0 }
    this.signal = AbortSignal.any([options.signal, this.over.signal])
  }

  async run(): Promise<BatchProgress> {
    const { atOnce = defaultAtOnce, input } = this.options
    const queue = new PQueue({ concurrency: atOnce })
    this.tell()
    for await (const one of readBatch(input)) {
      if (this.signal.aborted) break
      if (one.type === 'bad')
        await this.fail({ line: one.line, id: null, code: 'batch.bad_line', message: one.problem })
      else if (this.output.answered.has(one.id)) this.count({ earlier: 1 })
      else {
        await queue.onSizeLessThan(atOnce)
        void queue.add(() => this.guard(this.answer(one, (item) => void this.again.push(item))))
      }
    }
    await queue.onIdle()
    // A request that crashes the engine takes those beside it along, so each is asked again alone.
    for (const item of this.again) if (!this.signal.aborted) await this.guard(this.answer(item))
    if (this.over.signal.aborted) throw this.over.signal.reason
    return this.progress
  }

  /** What fails for all ends the run. */
  private async guard(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => this.over.abort(error))
  }

  private async answer(item: BatchItem, askAgain?: (item: BatchItem) => void): Promise<void> {
    if (isAborted(this.signal)) return
    const answer = await this.options.answer(item.path, { ...item.body, stream: false })
    if (isAborted(this.signal)) return
    if (answer.status === 200) {
      const whole = batchAnswer(item, answer)
      await this.output.write(whole)
      return this.count({ answered: 1, generatedTokens: whole.generatedTokens })
    }
    const failure = failureOf(answer)
    if (isOver(failure.code)) throw new AppError(failure.code, failure.message)
    if (isPassing(answer) && askAgain) return askAgain(item)
    await this.fail({ line: item.line, id: item.id, ...failure })
  }

  private async fail(failure: BatchFailure): Promise<void> {
    await this.output.fail(failure)
    this.options.onFailure?.(failure)
    this.count({ failed: 1 })
  }

  private count(more: Partial<BatchProgress>): void {
    this.progress.earlier += more.earlier ?? 0
    this.progress.answered += more.answered ?? 0
    this.progress.failed += more.failed ?? 0
    this.progress.generatedTokens += more.generatedTokens ?? 0
    this.tell()
  }

  private tell(): void {
    this.options.onProgress({ ...this.progress })
  }
}

/** Says at once what is wrong with the names of the files. Throws AppError `batch.*`. */
export function expectBatchFiles(input: string, output: string): void {
  batchFileKind(input)
  batchFileKind(output)
  if (resolve(input) !== resolve(output)) return
  const message = 'The answers would replace the prompts. Name another file.'
  throw new AppError('batch.same_file', message)
}

/**
 * Answers the requests of a file into another, from where an earlier run ended. Lines that cannot
 * be answered are listed beside it and never stop the rest. Throws AppError `batch.*` for files,
 * and what ends the engine for good.
 */
export async function runBatch(options: BatchOptions): Promise<BatchProgress> {
  expectBatchFiles(options.input, options.output)
  const total = await countLines(options.input)
  const output = await BatchOutput.open(options.output)
  try {
    return await new BatchRun(options, output, total).run()
  } finally {
    await output.close()
  }
}
