import { type FileHandle, open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { choiceMethods } from './answer-choice.ts'
import { letters } from './choice-item.ts'

const letter = z.enum(letters)

/** How a run asks. Results of another way of asking do not mix with its own. */
const settings = z.object({
  chatglm_eval: z.literal(1),
  form: z.enum(['ceval', 'mmlu']),
  model: z.string(),
  method: z.enum(choiceMethods),
  shots: z.int(),
})
const result = z.object({
  id: z.string(),
  subject: z.string(),
  answer: letter,
  chosen: letter.nullable(),
  probabilities: z.partialRecord(letter, z.number()),
  reasoning: z.string(),
})

export type EvalSettings = Omit<z.infer<typeof settings>, 'chatglm_eval'>
export type EvalResult = z.infer<typeof result>

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const notOurs = (file: string): AppError =>
  new AppError(
    'eval.output_exists',
    `${file} is there already and holds no results of this model, asked in this way. Choose another name.`,
  )

/** A file that results cannot be written to. */
export const notWritable = (file: string, cause: unknown): AppError =>
  new AppError(
    'eval.not_writable',
    `${file} cannot be written to. Check that its folder is there and that the disk has room.`,
    { cause },
  )

/** Its fields in the order of the schema. */
const headOf = (wanted: EvalSettings) => settings.parse({ chatglm_eval: 1, ...wanted })

const newline = 0x0a

/** What earlier runs have written whole; what stands behind it was cut off by their end. */
function readEarlier(file: string, bytes: Buffer, wanted: EvalSettings): EvalResult[] {
  const [head = '', ...lines] = bytes.toString('utf8').split('\n').slice(0, -1)
  try {
    const found = settings.parse(JSON.parse(head))
    if (JSON.stringify(found) !== JSON.stringify(headOf(wanted))) throw notOurs(file)
    return lines.map((line) => result.parse(JSON.parse(line)))
  } catch {
    throw notOurs(file)
  }
}

/** The results of a run, one JSON line each behind a line that tells how was asked. */
export class ResultsFile {
  private writing: Promise<void> = Promise.resolve()

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    /** Those of earlier runs. */
    readonly earlier: EvalResult[],
  ) {}

  /** Opens the file and goes on behind its last whole line. Throws AppError `eval.output_exists`. */
  static async open(file: string, wanted: EvalSettings): Promise<ResultsFile> {
    const bytes = await readFile(file).catch((error: unknown) => {
      if (isMissing(error)) return Buffer.alloc(0)
      throw notWritable(file, error)
    })
    const wholeBytes = bytes.lastIndexOf(newline) + 1
    const isNew = bytes.length === 0
    const earlier = isNew ? [] : readEarlier(file, bytes.subarray(0, wholeBytes), wanted)
    const handle = await open(file, 'a').catch((error: unknown) => {
      throw notWritable(file, error)
    })
    const results = new ResultsFile(file, handle, earlier)
    if (isNew) await results.append(headOf(wanted))
    else await handle.truncate(wholeBytes)
    return results
  }

  /** Resolves when the result is in the file. */
  write(found: EvalResult): Promise<void> {
    return this.append(found)
  }

  async close(): Promise<void> {
    await this.writing.catch(() => undefined) // whoever wrote was told
    await this.handle.close()
  }

  /** One after the other, so that no two lines mix. */
  private append(line: object): Promise<void> {
    this.writing = this.writing
      .then(() => this.handle.appendFile(`${JSON.stringify(line)}\n`))
      .catch((error: unknown) => {
        throw notWritable(this.file, error)
      })
    return this.writing
  }
}
