import type {
  ChosenToken,
  GenerateFinish,
  GenerateResult,
  TokenLogprob,
} from '../../shared/engine-api.ts'
import type { RequestNotes } from './request-notes.ts'

/** As OpenAI counts; the prompt of several choices counts once. */
export function usageOf(
  { promptTokens, generatedTokens }: RequestNotes,
  results: GenerateResult[],
) {
  const cached = results.map(({ statistics }) => statistics.reusedTokens)
  return {
    prompt_tokens: promptTokens,
    completion_tokens: generatedTokens,
    total_tokens: promptTokens + generatedTokens,
    prompt_tokens_details: { cached_tokens: Math.min(promptTokens, cached[0] ?? 0) },
  }
}

/** Why a reply ended, in OpenAI's words. */
export const finishReasonOf = (finish: GenerateFinish): 'stop' | 'length' =>
  finish === 'length' ? 'length' : 'stop'

const textOf = ({ bytes }: TokenLogprob): string => Buffer.from(bytes).toString('utf8')

const describe = (token: TokenLogprob) => ({
  token: textOf(token),
  logprob: token.logprob,
  bytes: token.bytes,
})

/** The form of `/v1/chat/completions`. */
export function chatLogprobs(tokens: ChosenToken[]) {
  const content = tokens.map((token) => ({
    ...describe(token),
    top_logprobs: token.top.map(describe),
  }))
  return { content, refusal: null }
}

/** The older form of `/v1/completions`; `offset` is where the first token's text begins. */
export function completionLogprobs(tokens: ChosenToken[], offset: number) {
  const texts = tokens.map(textOf)
  let end = offset
  return {
    tokens: texts,
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map((token) => [textOf(token), token.logprob])),
    ),
    text_offset: texts.map((text) => {
      const begin = end
      end += text.length
      return begin
    }),
  }
}
