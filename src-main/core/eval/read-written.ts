import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { lastNumber } from './judge-written.ts'
import { endingOf, nameOf, readQuestionFile } from './question-files.ts'
import type { WrittenForm, WrittenItem } from './written-item.ts'

const text = z.string().trim().min(1)
const solution = z.object({ question: text, answer: text })
const task = z.object({ examples: z.array(z.object({ input: text, target: text })).min(1) })

/** Before the number that ends the solutions of GSM8K. */
const numberMark = '####'

/** A line of GSM8K: a question with its solution, and the number behind the mark. */
export interface Solution extends WrittenItem {
  solution: string
}

const unknownForm = (file: string, what: string, form: string): AppError =>
  new AppError('eval.unknown_form', `${what} of ${file} is not as expected: ${form}.`)

function solutionOf(file: string, line: string, number: number): Solution {
  const form = `{"question": "…", "answer": "… ${numberMark} 42"}`
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw unknownForm(file, `Line ${number}`, form)
  }
  const parsed = solution.safeParse(value)
  const [reasons = '', answer = ''] = parsed.data?.answer.split(numberMark) ?? []
  if (!parsed.success || lastNumber(answer) === null)
    throw unknownForm(file, `Line ${number}`, form)
  const id = `${nameOf(file)}/${number}`
  const { question } = parsed.data
  return { id, subject: 'gsm8k', question, answer: answer.trim(), solution: reasons.trim() }
}

/** Reads files of GSM8K, one object a line. Throws AppError `eval.*` that names file and line. */
export async function readSolutions(files: string[]): Promise<Solution[]> {
  const items: Solution[] = []
  for (const file of files) {
    const lines = (await readQuestionFile(file)).split('\n')
    for (const [index, line] of lines.entries())
      if (line.trim() !== '') items.push(solutionOf(file, line, index + 1))
  }
  return items
}

/** Reads tasks of BIG-Bench Hard. Throws AppError `eval.*` that names the file. */
export async function readTasks(files: string[]): Promise<WrittenItem[]> {
  const items: WrittenItem[] = []
  for (const file of files) {
    const content = await readQuestionFile(file)
    let examples: z.infer<typeof task>['examples']
    try {
      ;({ examples } = task.parse(JSON.parse(content)))
    } catch {
      const form = '{"examples": [{"input": "…", "target": "…"}]}'
      throw unknownForm(file, 'The content', form)
    }
    const subject = nameOf(file) // of BIG-Bench Hard, that of its task
    examples.forEach(({ input, target }, index) =>
      items.push({ id: `${subject}/${index}`, subject, question: input, answer: target }),
    )
  }
  return items
}

/** Which of the two forms files have, by their ending. */
export const writtenFormOf = (file: string): WrittenForm =>
  endingOf(file) === '.jsonl' ? 'gsm8k' : 'bbh'
