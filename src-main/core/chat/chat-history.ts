import type { Message } from '../../shared/chat.ts'
import type { ChatMessage } from '../../shared/engine-api.ts'
import type { MessageId } from '../../shared/ids.ts'
import { systemText, type ToolDefinition, toolCallOf } from '../../shared/tools.ts'
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

/** What stands before a conversation. */
export interface Lead {
  preamble: string
  /** For ChatGLM3, which has a role for the system and calls tools; null for others. */
  tools: readonly ToolDefinition[] | null
}

function answerMessage(answer: string, tools: readonly ToolDefinition[]): ChatMessage {
  const call = toolCallOf(answer, tools)
  return call
    ? { role: 'assistant', content: call.content, tool: call.name }
    : { role: 'assistant', content: answer }
}

/**
 * What the engine is asked with. ChatGLM2 has no system role, so the preamble stands directly
 * before the first question that the model sees, as the official `openai_api.py` puts it. ChatGLM3
 * is told it by the system, with the tools; what follows a call of one is its result, as in the
 * official demo.
 */
export function engineMessages(
  { preamble, tools }: Lead,
  rounds: HistoryRound[],
  question: string,
): ChatMessage[] {
  const questions = [...rounds.map((round) => round.question), question]
  const system = tools === null ? '' : systemText(preamble, tools)
  if (tools === null) questions[0] = preamble + (questions[0] ?? '')
  const messages: ChatMessage[] = system === '' ? [] : [{ role: 'system', content: system }]
  for (const [index, content] of questions.entries()) {
    const isResult = messages.at(-1)?.tool !== undefined
    messages.push({ role: isResult ? 'observation' : 'user', content })
    const answer = rounds[index]?.answer
    if (answer !== undefined) messages.push(answerMessage(answer, tools ?? []))
  }
  return messages
}
