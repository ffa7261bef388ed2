import { rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { GrowingFile } from '../resumable/growing-file.ts'
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

const openAnew = (file: string): Promise<GrowingFile<null>> =>
  GrowingFile.open(file, () => ({ earlier: null, wholeBytes: 0 }))

/** The files of a run: answers are added, failures are listed anew by each run. */
export class BatchOutput {
  private failures = 0

  private constructor(
    private readonly file: string,
    private readonly answers: GrowingFile<ReadonlySet<string>>,
    private readonly failed: GrowingFile<null>,
  ) {}

  /** Opens the files and takes away what an earlier run left unfinished. */
  static async open(file: string): Promise<BatchOutput> {
    const answers = await GrowingFile.open(file, (bytes) => readAnswered(file, bytes))
    try {
      const failed = await openAnew(failuresFileOf(file))
      if (batchFileKind(file) === 'csv' && answers.isEmpty) await answers.append(csvHead)
      return new BatchOutput(file, answers, failed)
    } catch (error) {
      await answers.close()
      throw error
    }
  }

  /** What earlier runs have answered. */
  get answered(): ReadonlySet<string> {
    return this.answers.earlier
  }

  /** Resolves when the answer is in the file. */
  write(answer: BatchAnswer): Promise<void> {
    const isTable = batchFileKind(this.file) === 'csv'
    return this.answers.append(isTable ? csvRowOf(answer) : jsonLineOf(answer))
  }

  fail({ line, id, code, message }: BatchFailure): Promise<void> {
    this.failures += 1
    const entry = { custom_id: id, line, error: { code, message } }
    return this.failed.append(`${JSON.stringify(entry)}\n`)
  }

  async close(): Promise<void> {
    await this.answers.close()
    await this.failed.close()
    if (this.failures === 0) await rm(failuresFileOf(this.file), { force: true })
  }
}
