import type { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { GrowingFile, type Kept, splitLines } from '../resumable/growing-file.ts'

const notOurs = (file: string): AppError =>
  new AppError(
    'eval.output_exists',
    `${file} is there already and holds no results of this model, asked in this way. Choose another name.`,
  )

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`

/** What a result begins with, whole or cut off. */
const resultStart = '{"id":'

/** What earlier runs have written whole. */
function readEarlier<Result>(
  file: string,
  bytes: Buffer,
  { head: wanted, result }: ResultsForm<Result>,
): Kept<Result[]> {
  const { lines, wholeBytes, cut } = splitLines(bytes)
  const [head, ...results] = lines
  const expected = JSON.stringify(wanted)
  const start = head === undefined ? expected : resultStart
  if (!cut.startsWith(start.slice(0, cut.length))) throw notOurs(file)
  if (head !== undefined && head !== expected) throw notOurs(file)
  try {
    return { earlier: results.map((line) => result.parse(JSON.parse(line))), wholeBytes }
  } catch {
    throw notOurs(file)
  }
}

export interface ResultsForm<Result> {
  /** How the run measures, its fields in the order of their schema. */
  head: object
  /** Its first field is `id`. */
  result: z.ZodType<Result>
}

/** The results of a run, one JSON line each behind a line that tells how was asked. */
export class ResultsFile<Result extends object> {
  private constructor(
    private readonly lines: GrowingFile<Result[]>,
    private readonly form: ResultsForm<Result>,
  ) {}

  /** Throws AppError `eval.output_exists` for a file that holds something else. */
  static async open<Result extends object>(
    file: string,
    form: ResultsForm<Result>,
  ): Promise<ResultsFile<Result>> {
    const lines = await GrowingFile.open(file, (bytes) => readEarlier(file, bytes, form))
    if (lines.isEmpty) await lines.append(lineOf(form.head))
    return new ResultsFile(lines, form)
  }

  /** Those of earlier runs. */
  get earlier(): Result[] {
    return this.lines.earlier
  }

  /** Whether no earlier run has written to it. */
  get isNew(): boolean {
    return this.lines.isEmpty
  }

  /** Resolves when the result is in the file. */
  write(found: Result): Promise<void> {
    return this.lines.append(lineOf(this.form.result.parse(found)))
  }

  close(): Promise<void> {
    return this.lines.close()
  }
}
