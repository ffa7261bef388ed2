import { AppError } from '../../shared/errors.ts'
import type { QuestionChoices } from '../../shared/eval.ts'
import { choiceQuestions } from './choice-questions.ts'
import type { EvalSet } from './eval-question.ts'
import { endingOf, questionFiles } from './question-files.ts'
import { readChoices } from './read-choices.ts'
import { readSolutions, readTasks, writtenFormOf } from './read-written.ts'
import { readExamples } from './written-examples.ts'
import { writtenQuestions } from './written-questions.ts'

export interface SetOptions extends QuestionChoices {
  /** A file or a folder: .csv with choices, .jsonl as GSM8K's, .json as BIG-Bench Hard's. */
  questions: string
}

async function openChoices(files: string[], options: SetOptions): Promise<EvalSet> {
  const { examples, shots, method } = options
  const set = await readChoices(files)
  const wanted = shots > 0 && examples !== null
  const solved = wanted ? await readChoices(await questionFiles(examples, ['.csv'])) : { items: [] }
  return {
    form: set.form,
    questions: choiceQuestions(set, { examples: solved.items, shots, method }),
  }
}

async function openWritten(files: string[], options: SetOptions): Promise<EvalSet> {
  const { examples: place, shots, method } = options
  if (method === 'letter')
    throw new AppError(
      'eval.no_letters',
      'These questions have no letters to choose. Leave the method out.',
    )
  const form = writtenFormOf(files[0] ?? '')
  const items = form === 'gsm8k' ? await readSolutions(files) : await readTasks(files)
  const examples = shots > 0 && place !== null ? await readExamples(place) : []
  return { form, questions: writtenQuestions(form, items, { examples, shots }) }
}

/** So many of a list, as far apart from each other as can be; the same ones each time. */
function evenly<T>(list: T[], limit: number | null): T[] {
  if (limit === null || limit >= list.length) return list
  const chosen = Array.from({ length: limit }, (_, index) =>
    Math.floor((index * list.length) / limit),
  )
  return chosen.flatMap((at) => list[at] ?? [])
}

/** Reads questions and their examples. Throws AppError `eval.*` that says what is wrong where. */
export async function openSet(options: SetOptions): Promise<EvalSet> {
  const { questions, shots, examples, limit } = options
  if (shots > 0 && examples === null)
    throw new AppError('eval.no_examples', 'Say where the solved examples are.')
  const files = await questionFiles(questions, ['.csv', '.jsonl', '.json'])
  const isTable = endingOf(files[0] ?? '') === '.csv'
  const set = await (isTable ? openChoices : openWritten)(files, options)
  if (set.questions.length === 0)
    throw new AppError('eval.empty', `${questions} has no questions. Name another file.`)
  return { ...set, questions: evenly(set.questions, limit) }
}
