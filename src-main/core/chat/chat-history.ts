import type { Message } from '../../shared/chat.ts'
import type { ChatMessage } from '../../shared/engine-api.ts'
import type { MessageId } from '../../shared/ids.ts'
import { askedText } from '../documents/document-text.ts'

/** A question and its answer, as the model is told. */
export interface HistoryRound {
  questionId: MessageId
  question: string
  answer: string
}

/** Whether an answer never came: the model is not told of such a round. */
const isUnanswered = ({ text, status }: Message): boolean =>
  text === '' && status !== 'done' && status !== 'length'

/** A question with its documents, as the model is asked it. */
export const askedBy = ({ text, documents }: Pick<Message, 'text' | 'documents'>): string =>
  askedText(text, documents)

/** The rounds of a path from the root, without those that were never answered. */
export function roundsOf(path: Message[]): HistoryRound[] {
  const rounds: HistoryRound[] = []
  for (let index = 0; index + 1 < path.length; index += 2) {
    const [question, reply] = path.slice(index, index + 2)
    if (question && reply && !isUnanswered(reply))
      rounds.push({ questionId: question.id, question: askedBy(question), answer: reply.text })
  }
  return rounds
}

/**
 * What the engine is asked with. ChatGLM2 has no system role, so the preamble stands directly
 * before the first question that the model sees, as the official `openai_api.py` puts it.
 */
export function engineMessages(
  preamble: string,
  rounds: HistoryRound[],
  question: string,
): ChatMessage[] {
  const questions = [...rounds.map((round) => round.question), question]
  questions[0] = preamble + (questions[0] ?? '')
  return questions.flatMap((content, index): ChatMessage[] => {
    const answer = rounds[index]?.answer
    const asked: ChatMessage = { role: 'user', content }
    return answer === undefined ? [asked] : [asked, { role: 'assistant', content: answer }]
  })
}
