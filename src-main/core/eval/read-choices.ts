import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { type ChoiceForm, type ChoiceItem, type ChoiceSet, letters } from './choice-item.ts'

const largestFileBytes = 64 * 2 ** 20

const text = z.string().trim().min(1)
const answer = z.string().trim().toUpperCase().pipe(z.enum(letters))
const texts = { question: text, A: text, B: text, C: text, D: text }
const question = z.object({ ...texts, answer })
const columns = [...Object.keys(texts), 'answer']

/** The name of a file without what tells which part of a set it is: `law_val.csv` is about law. */
const subjectOf = (file: string): string =>
  basename(file, '.csv').replace(/_(?:dev|val|test)$/u, '')

const unknownForm = (file: string, number: number): AppError =>
  new AppError(
    'eval.unknown_form',
    `Question ${number} of ${file} is no question with the choices A to D and its answer. Files are CSV, with the head line of C-Eval (id,question,A,B,C,D,answer) or without one as those of MMLU.`,
  )

function rowsOf(file: string, content: string): Record<string, string>[] {
  const given = { bom: true, skip_empty_lines: true, relax_column_count: true }
  const [head = []] = z.array(z.array(z.string())).parse(parse(content, { ...given, to: 1 }))
  const hasHead = columns.every((column) => head.includes(column))
  const rows: unknown = parse(content, { ...given, columns: hasHead ? true : columns })
  return z.array(z.record(z.string(), z.string())).parse(rows)
}

async function readFileOf(file: string): Promise<string> {
  const { size } = await stat(file)
  if (size > largestFileBytes)
    throw new AppError('eval.too_large', `${file} is larger than 64 MB. Split it.`)
  return readFile(file, 'utf8')
}

async function readOne(file: string): Promise<ChoiceItem[]> {
  const content = await readFileOf(file)
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
      id: `${subject}/${row['id'] ?? index}`,
      subject,
      question: asked,
      choices,
      answer: right,
    }
  })
}

const chinese = /\p{Script=Han}/u

/**
 * Reads a file of questions, or all of a folder, in the CSV form of C-Eval or of MMLU. Questions with
 * Chinese words are asked as C-Eval's are. Throws AppError `eval.*` that names the file and the question.
 */
export async function readChoices(path: string): Promise<ChoiceSet> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => null,
  )
  if (isFolder === null)
    throw new AppError(
      'eval.not_found',
      `${path} is not there. Name a CSV file or a folder of them.`,
    )
  const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith('.csv')).sort() : []
  const files = isFolder ? names.map((name) => join(path, name)) : [path]
  const items: ChoiceItem[] = []
  for (const file of files) items.push(...(await readOne(file)))
  if (items.length === 0)
    throw new AppError(
      'eval.empty',
      `${path} has no questions. Name a CSV file or a folder of them.`,
    )
  const form: ChoiceForm = items.some((item) => chinese.test(item.question)) ? 'ceval' : 'mmlu'
  return { form, items }
}
