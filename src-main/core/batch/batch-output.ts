import { type FileHandle, open, rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { readAnswered } from './answered.ts'
import { type BatchAnswer, csvHead, csvRowOf, jsonLineOf } from './batch-answer.ts'
import { batchFileKind } from './batch-file.ts'

/** A line that has no answer, and why. */
export interface BatchFailure {
  line: number
  /** Null where not even that could be read. */
  id: string | null
  code: string
  message: string
}

/** Where the lines without an answer are listed, beside the answers. */
export const failuresFileOf = (output: string): string =>
  `${output.slice(0, output.length - extname(output).length)}.errors.jsonl`

/** The files of a run: answers are added, failures are listed anew by each run. */
export class BatchOutput {
  private writing: Promise<void> = Promise.resolve()
  private failures = 0

  private constructor(
    private readonly file: string,
    private readonly answers: FileHandle,
    private readonly failed: FileHandle,
    /** What earlier runs have answered. */
    readonly answered: ReadonlySet<string>,
  ) {}

  /** Opens the files and takes away what an earlier run left unfinished. */
  static async open(file: string): Promise<BatchOutput> {
    const answered = await readAnswered(file)
    const answers = await open(file, 'a')
    const failed = await open(failuresFileOf(file), 'w').catch(async (error: unknown) => {
      await answers.close()
      throw error
    })
    const output = new BatchOutput(file, answers, failed, answered)
    const { size } = await answers.stat()
    if (batchFileKind(file) === 'csv' && size === 0) await output.append(answers, csvHead)
    return output
  }

  /** Resolves when the answer is in the file. */
  write(answer: BatchAnswer): Promise<void> {
    const text = batchFileKind(this.file) === 'csv' ? csvRowOf(answer) : jsonLineOf(answer)
    return this.append(this.answers, text)
  }

  fail({ line, id, code, message }: BatchFailure): Promise<void> {
    this.failures += 1
    const entry = { custom_id: id, line, error: { code, message } }
    return this.append(this.failed, `${JSON.stringify(entry)}\n`)
  }

  async close(): Promise<void> {
    await this.answers.close()
    await this.failed.close()
    if (this.failures === 0) await rm(failuresFileOf(this.file), { force: true })
  }

  /** One after the other, so that no two lines mix. */
  private append(handle: FileHandle, text: string): Promise<void> {
    this.writing = this.writing
      .then(() => handle.appendFile(text))
      .catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        const message = `${this.file} cannot be written (${why}). Make room, and run it again.`
        throw new AppError('batch.not_written', message, { cause })
      })
    return this.writing
  }
}
