import type { ChatMessage } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { ContextUse } from '../../shared/models.ts'
import { engineMessages, type HistoryRound, type Lead } from './chat-history.ts'

/** What of a conversation the model is shown. */
export interface Window {
  messages: ChatMessage[]
  use: ContextUse
}

export interface WindowOptions {
  lead: Lead
  rounds: HistoryRound[]
  question: string
  /** Tokens of prompt and reply together. */
  contextLength: number
  /** Asks the engine's own tokenizer. */
  count: (messages: ChatMessage[]) => Promise<{ promptTokens: number; roundTokens: number[] }>
}

/** Room that a reply needs at least: an eighth of the context, at most 512 tokens. */
export const replyReserve = (contextLength: number): number =>
  Math.min(512, Math.ceil(contextLength / 8))

/**
 * How many rounds to forget so that `excess` tokens become free. Whole quarters of the context are
 * freed at once: the next turns then begin alike, and the engine need not read everything again.
 */
function roundsToForget(roundTokens: number[], excess: number, contextLength: number): number {
  const quarter = Math.max(1, Math.floor(contextLength / 4))
  const wanted = Math.ceil(excess / quarter) * quarter
  let freed = 0
  const index = roundTokens.findIndex((tokens) => (freed += tokens) >= wanted)
  return index < 0 ? roundTokens.length : index + 1
}

/**
 * Fits a conversation into the context: whole when it fits, else without its oldest rounds. Throws
 * AppError `chat.question_too_long` when not even the question fits.
 */
export async function fitWindow(options: WindowOptions): Promise<Window> {
  const { lead, rounds, question, contextLength, count } = options
  const limit = contextLength - replyReserve(contextLength)
  let messages = engineMessages(lead, rounds, question)
  let { promptTokens, roundTokens } = await count(messages)
  const fits = promptTokens <= limit
  let forgottenRounds = 0
  while (promptTokens > limit && forgottenRounds < rounds.length) {
    forgottenRounds += roundsToForget(roundTokens, promptTokens - limit, contextLength)
    messages = engineMessages(lead, rounds.slice(forgottenRounds), question)
    ;({ promptTokens, roundTokens } = await count(messages))
  }
  if (promptTokens >= contextLength) throw questionTooLong(promptTokens, contextLength)
  const firstSeenId = forgottenRounds === 0 ? null : (rounds[forgottenRounds]?.questionId ?? null)
  return { messages, use: { promptTokens, contextLength, fits, forgottenRounds, firstSeenId } }
}

function questionTooLong(promptTokens: number, contextLength: number): AppError {
  return new AppError(
    'chat.question_too_long',
    `This message alone has ${promptTokens} tokens, and the model reads at most ${contextLength}. ` +
      'Shorten it, or raise the context length in the settings.',
  )
}
