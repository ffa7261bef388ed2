import { chinese, endingOf, nameOf, questionFiles, readQuestionFile } from './question-files.ts'
import { readSolutions, readTasks, type Solution } from './read-written.ts'
import type { WrittenExample } from './written-item.ts'

/** What a calculator is told within the solutions of GSM8K. */
const calculation = /<<[^>]*>>/gu

/** As the examples of Wei et al. (arXiv 2201.11903) end, so that the model ends so. */
const ending = (question: string, answer: string): string =>
  chinese.test(question) ? `答案是 ${answer}。` : `The answer is ${answer}.`

function solved({ subject, question, solution, answer }: Solution): WrittenExample {
  const reasons = solution.replaceAll(calculation, '')
  const reply = `${reasons} ${ending(question, answer)}`.trim()
  return { subject, question, reply, introduction: '' }
}

/**
 * The examples of a task as its authors give them (`cot-prompts/*.txt` of BIG-Bench Hard): behind a
 * line of dashes what the task is about, then questions behind "Q: " and replies behind "A: ".
 */
export function readPrompt(task: string, content: string): WrittenExample[] {
  const text = content.replaceAll('\r\n', '\n').replace(/^[\s\S]*?^-----\n/mu, '')
  const [head = '', ...rounds] = text.split(/^Q: /mu)
  return rounds.flatMap((round, index) => {
    const [question = '', ...reply] = round.split('\nA: ')
    if (reply.length === 0) return []
    const introduction = index === 0 ? head.trim() : ''
    return {
      ...{ subject: task, introduction, question: question.trim() },
      reply: reply.join('\nA: ').trim(),
    }
  })
}

/** Reads solved examples: of GSM8K, of BIG-Bench Hard, or its prompts. Throws AppError `eval.*`. */
export async function readExamples(path: string): Promise<WrittenExample[]> {
  const files = await questionFiles(path, ['.jsonl', '.json', '.txt'])
  const [first = ''] = files
  if (endingOf(first) === '.jsonl') return (await readSolutions(files)).map(solved)
  if (endingOf(first) === '.json')
    return (await readTasks(files)).map(({ subject, question, answer }) => {
      return { subject, question, reply: `So the answer is ${answer}.`, introduction: '' }
    })
  const prompts: WrittenExample[] = []
  for (const file of files) prompts.push(...readPrompt(nameOf(file), await readQuestionFile(file)))
  return prompts
}
