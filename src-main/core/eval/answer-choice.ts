import type { ChatMessage } from '../../shared/engine-api.ts'
import type { TokenLogprob } from '../../shared/engine-reply.ts'
import type { ChoiceMethod } from '../../shared/eval-report.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { type Letter, letters } from './choice-item.ts'

/** Of the official evaluation. */
const longestReasoning = 512
/** So many of the likeliest tokens the engine tells. */
const toldTokens = 20

export interface ChosenLetter {
  /** Null when none of the letters is among the likeliest 20 tokens. */
  chosen: Letter | null
  /** Of those letters that are; they do not sum to 1. */
  probabilities: Partial<Record<Letter, number>>
  /** What the model wrote before. */
  reply: string
}

/** A letter may come with a space before it, which is another token; both count. */
function probabilitiesOf(tokens: TokenLogprob[]): Partial<Record<Letter, number>> {
  const found: Partial<Record<Letter, number>> = {}
  for (const { bytes, logprob } of tokens) {
    const text = Buffer.from(bytes).toString('utf8').trim()
    const letter = letters.find((one) => one === text)
    if (letter !== undefined) found[letter] = (found[letter] ?? 0) + Math.exp(logprob)
  }
  return found
}

/** Has the model choose. Rejects with AppError when the question does not fit, or the engine ends. */
export async function answerChoice(
  client: EngineClient,
  question: { messages: ChatMessage[]; conclusion: string; method: ChoiceMethod },
  signal: AbortSignal,
): Promise<ChosenLetter> {
  const { messages, conclusion, method } = question
  let reply = ''
  if (method === 'reason') {
    const sampling = { temperature: 0, maxNewTokens: longestReasoning }
    reply = (await client.request('chat.generate', { messages, sampling }, { signal })).text
  }
  const sampling = { temperature: 0, maxNewTokens: 1, topLogprobs: toldTokens }
  const start = method === 'reason' ? { replyStart: reply + conclusion } : {}
  const params = { messages, sampling, ...start }
  const { tokens = [] } = await client.request('chat.generate', params, { signal })
  const probabilities = probabilitiesOf(tokens[0]?.top ?? [])
  const ranked = letters
    .filter((letter) => probabilities[letter] !== undefined)
    .sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0))
  return { chosen: ranked[0] ?? null, probabilities, reply }
}
