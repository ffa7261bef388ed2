import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { type ChoiceForm, type ChoiceItem, type ChoiceSet, letters } from './choice-item.ts'
import { chinese, nameOf, readQuestionFile } from './question-files.ts'

const text = z.string().trim().min(1)
const answer = z.string().trim().toUpperCase().pipe(z.enum(letters))
const texts = { question: text, A: text, B: text, C: text, D: text }
const question = z.object({ ...texts, answer })
const columns = [...Object.keys(texts), 'answer']

/** The name of a file without what tells which part of a set it is: `law_val.csv` is about law. */
const subjectOf = (file: string): string => nameOf(file).replace(/_(?:dev|val|test)$/u, '')

const unknownForm = (file: string, number: number): AppError =>
  new AppError(
    'eval.unknown_form',
    `Question ${number} of ${file} is no question with the choices A to D and its answer. Files are CSV, with the head line of C-Eval (id,question,A,B,C,D,answer) or without one as those of MMLU.`,
  )

function rowsOf(file: string, content: string): Record<string, string>[] {
  const given = { skip_empty_lines: true, relax_column_count: true }
  const [head = []] = z.array(z.array(z.string())).parse(parse(content, { ...given, to: 1 }))
  const hasHead = columns.every((column) => head.includes(column))
  const rows: unknown = parse(content, { ...given, columns: hasHead ? true : columns })
  return z.array(z.record(z.string(), z.string())).parse(rows)
}

async function readOne(file: string): Promise<ChoiceItem[]> {
  const content = await readQuestionFile(file)
  const subject = subjectOf(file)
  let rows: Record<string, string>[]
  try {
    rows = rowsOf(file, content)
  } catch {
    throw unknownForm(file, 1)
  }
  return rows.map((row, index) => {
    const parsed = question.safeParse(row)
    if (!parsed.success) throw unknownForm(file, index + 1)
    const { question: asked, answer: right, ...choices } = parsed.data
    return {
      id: `${nameOf(file)}/${row['id'] ?? index}`,
      subject,
      question: asked,
      choices,
      answer: right,
    }
  })
}

/**
 * Reads files of questions in the CSV form of C-Eval or of MMLU. Questions with Chinese words are
 * asked as C-Eval's are. Throws AppError `eval.*` that names the file and the question.
 */
export async function readChoices(files: string[]): Promise<ChoiceSet> {
  const items: ChoiceItem[] = []
  for (const file of files) items.push(...(await readOne(file)))
  const form: ChoiceForm = items.some((item) => chinese.test(item.question)) ? 'ceval' : 'mmlu'
  return { form, items }
}
