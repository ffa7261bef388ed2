import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { GrowingFile, type Kept, splitLines } from '../resumable/growing-file.ts'
import { choiceMethods } from './answer-choice.ts'
import { evalForms, type Found } from './eval-question.ts'

/** How a run asks. Results of another way of asking do not mix with its own. */
const settings = z.object({
  chatglm_eval: z.literal(1),
  form: z.enum(evalForms),
  model: z.string(),
  method: z.enum(choiceMethods),
  shots: z.int(),
})
const result = z.object({
  id: z.string(),
  subject: z.string(),
  answer: z.string(),
  chosen: z.string().nullable(),
  correct: z.boolean(),
  probabilities: z.record(z.string(), z.number()).optional(),
  reply: z.string(),
})

export type EvalSettings = Omit<z.infer<typeof settings>, 'chatglm_eval'>
export type EvalResult = Pick<z.infer<typeof result>, 'id' | 'subject' | 'answer'> & Found

const notOurs = (file: string): AppError =>
  new AppError(
    'eval.output_exists',
    `${file} is there already and holds no results of this model, asked in this way. Choose another name.`,
  )

/** Its fields in the order of the schema. */
const headOf = (wanted: EvalSettings) => settings.parse({ chatglm_eval: 1, ...wanted })

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`

/** What a result begins with, whole or cut off. */
const resultStart = '{"id":'

/** What earlier runs have written whole. */
function readEarlier(file: string, bytes: Buffer, wanted: EvalSettings): Kept<EvalResult[]> {
  const { lines, wholeBytes, cut } = splitLines(bytes)
  const [head, ...results] = lines
  const expected = JSON.stringify(headOf(wanted))
  const start = head === undefined ? expected : resultStart
  if (!cut.startsWith(start.slice(0, cut.length))) throw notOurs(file)
  if (head !== undefined && head !== expected) throw notOurs(file)
  try {
    return { earlier: results.map((line) => result.parse(JSON.parse(line))), wholeBytes }
  } catch {
    throw notOurs(file)
  }
}

/** The results of a run, one JSON line each behind a line that tells how was asked. */
export class ResultsFile {
  private constructor(private readonly lines: GrowingFile<EvalResult[]>) {}

  /** Throws AppError `eval.output_exists` for a file that holds something else. */
  static async open(file: string, wanted: EvalSettings): Promise<ResultsFile> {
    const lines = await GrowingFile.open(file, (bytes) => readEarlier(file, bytes, wanted))
    if (lines.isEmpty) await lines.append(lineOf(headOf(wanted)))
    return new ResultsFile(lines)
  }

  /** Those of earlier runs. */
  get earlier(): EvalResult[] {
    return this.lines.earlier
  }

  /** Resolves when the result is in the file. */
  write(found: EvalResult): Promise<void> {
    return this.lines.append(lineOf(result.parse(found)))
  }

  close(): Promise<void> {
    return this.lines.close()
  }
}
