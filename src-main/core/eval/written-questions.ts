import type { ChatMessage } from '../../shared/engine-api.ts'
import type { EvalQuestion } from './eval-question.ts'
import { judgeWritten } from './judge-written.ts'
import { pickExamples } from './pick-examples.ts'
import { chinese } from './question-files.ts'
import type { WrittenExample, WrittenForm, WrittenItem } from './written-item.ts'

/** Replies that are longer are cut and judged as they are. */
const longestReply: Record<WrittenForm, number> = { gsm8k: 512, bbh: 1024 }

/** With these words, the replies of BIG-Bench Hard's own examples begin. */
const replyStart = "Let's think step by step.\n"

/** Said where no example shows how a reply is to end. */
function request(form: WrittenForm, question: string): string {
  if (form === 'bbh') return 'Think step by step. End with "So the answer is" and the answer.'
  return chinese.test(question)
    ? '请一步一步地思考，最后写“答案是”和得出的数字。'
    : 'Think step by step. End with "The answer is" and the number.'
}

/** A conversation that ends with the question; each example is a round of it. */
export function writtenMessages(
  form: WrittenForm,
  question: string,
  examples: WrittenExample[],
): ChatMessage[] {
  const rounds = examples.flatMap((example): ChatMessage[] => [
    { role: 'user', content: [example.introduction, example.question].join('\n\n').trim() },
    { role: 'assistant', content: example.reply },
  ])
  const asked = examples.length > 0 ? question : `${question}\n\n${request(form, question)}`
  return [...rounds, { role: 'user', content: asked }]
}

/** The questions of a set with so many examples before each. Throws AppError `eval.no_examples`. */
export function writtenQuestions(
  form: WrittenForm,
  items: WrittenItem[],
  { examples, shots }: { examples: WrittenExample[]; shots: number },
): EvalQuestion[] {
  return items.map((item) => {
    const { id, subject, question, answer } = item
    const shown = pickExamples(item, examples, shots)
    return {
      ...{ id, subject, answer },
      async ask(client, signal) {
        const messages = writtenMessages(form, question, shown)
        const sampling = { temperature: 0, maxNewTokens: longestReply[form] }
        const start = form === 'bbh' ? replyStart : ''
        const params = { messages, sampling, replyStart: start }
        const { text } = await client.request('chat.generate', params, { signal })
        const reply = text.slice(start.length) // the rest is the model's
        return { reply, ...judgeWritten(form, reply, answer) }
      },
    }
  })
}
