import { resolve } from 'node:path'
import { z } from 'zod'
import type { BatchProgress } from '../../shared/batch.ts'
import { AppError } from '../../shared/errors.ts'
import { answerAll } from '../resumable/answer-all.ts'
import type { AnswerRequest, ApiAnswer } from './answer-request.ts'
import { type BatchAnswer, batchAnswer } from './batch-answer.ts'
import { batchFileKind } from './batch-file.ts'
import type { BatchItem } from './batch-item.ts'
import { type BatchFailure, BatchOutput } from './batch-output.ts'
import { readBatch } from './read-batch.ts'

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

/** What the API answers instead of a reply. */
class RequestFailure extends AppError {
  readonly status: number

  constructor({ status, body }: ApiAnswer) {
    const { error } = errorBody.parse(body)
    super(error.code ?? `http.${status}`, error.message)
    this.status = status
  }
}

const mayPass = (failure: AppError): boolean =>
  failure instanceof RequestFailure && (failure.status >= 500 || failure.status === 429)

async function countLines(input: string): Promise<number> {
  let lines = 0
  for await (const one of readBatch(input)) lines += one.line > 0 ? 1 : 0
  return lines
}

/** One run over a file. */
class BatchRun {
  private readonly progress: BatchProgress

  constructor(
    private readonly options: BatchOptions,
    private readonly output: BatchOutput,
    total: number,
  ) {
    this.progress = { total, earlier: 0, answered: 0, failed: 0, generatedTokens: 0 }
  }

  async run(): Promise<BatchProgress> {
    const { atOnce, signal } = this.options
    this.tell()
    await answerAll({
      ...{ items: this.open(), atOnce, signal, mayPass },
      ask: (item) => this.ask(item),
      keep: (_, answer) => this.keep(answer),
      onFailed: ({ line, id }, { code, message }) => this.fail({ line, id, code, message }),
    })
    return this.progress
  }

  /** What is to be asked. Of the rest it is told why not. */
  private async *open(): AsyncGenerator<BatchItem> {
    for await (const one of readBatch(this.options.input)) {
      if (one.type === 'bad')
        await this.fail({ line: one.line, id: null, code: 'batch.bad_line', message: one.problem })
      else if (this.output.answered.has(one.id)) this.count({ earlier: 1 })
      else yield one
    }
  }

  private async ask(item: BatchItem): Promise<BatchAnswer> {
    const answer = await this.options.answer(item.path, { ...item.body, stream: false })
    if (answer.status !== 200) throw new RequestFailure(answer)
    return batchAnswer(item, answer)
  }

  private async keep(answer: BatchAnswer): Promise<void> {
    await this.output.write(answer)
    this.count({ answered: 1, generatedTokens: answer.generatedTokens })
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
