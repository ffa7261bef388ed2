import { AppError } from '../../shared/errors.ts'
import type { ChoiceMethod } from './answer-choice.ts'
import { choiceQuestions } from './choice-questions.ts'
import type { EvalSet } from './eval-question.ts'
import { endingOf, questionFiles } from './question-files.ts'
import { readChoices } from './read-choices.ts'
import { readSolutions, readTasks, writtenFormOf } from './read-written.ts'
import { readExamples } from './written-examples.ts'
import { writtenQuestions } from './written-questions.ts'

export interface SetOptions {
  /** A file or a folder: .csv with choices, .jsonl as GSM8K's, .json as BIG-Bench Hard's. */
  questions: string
  /** Where solved examples are; only looked at when there are to be some. */
  examples?: string | undefined
  shots: number
  method: ChoiceMethod
}

async function openChoices(files: string[], options: SetOptions): Promise<EvalSet> {
  const { examples, shots, method } = options
  const set = await readChoices(files)
  const wanted = shots > 0 && examples !== undefined
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
  const examples = shots > 0 && place !== undefined ? await readExamples(place) : []
  return { form, questions: writtenQuestions(form, items, { examples, shots }) }
}

/** Reads questions and their examples. Throws AppError `eval.*` that says what is wrong where. */
export async function openSet(options: SetOptions): Promise<EvalSet> {
  const { questions } = options
  const files = await questionFiles(questions, ['.csv', '.jsonl', '.json'])
  const isTable = endingOf(files[0] ?? '') === '.csv'
  const set = await (isTable ? openChoices : openWritten)(files, options)
  if (set.questions.length === 0)
    throw new AppError('eval.empty', `${questions} has no questions. Name another file.`)
  return set
}
