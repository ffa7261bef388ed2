/** A token and the logarithm of its probability in the model itself, before any sampling. */
export interface TokenLogprob {
  /** What it writes in UTF-8; perhaps only a part of a character. */
  bytes: number[]
  logprob: number
}

/** A token of a reply; `top` has the likeliest in its place, the best first. */
export interface ChosenToken extends TokenLogprob {
  top: TokenLogprob[]
}

export type GenerateFinish = 'stop' | 'length' | 'stop_string' | 'cancelled'

export interface GenerateStatistics {
  promptTokens: number
  /** Tokens of the prompt that the cache already held, in memory or on disk. */
  reusedTokens: number
  /** Of those, the tokens that were read from the disk. */
  restoredTokens: number
  /** What reading them took. */
  restoreMs: number
  generatedTokens: number
  /**
   * Tokens that were guessed from the conversation itself and evaluated beside the next one. Replies
   * of earlier versions and of remote servers lack it.
   */
  draftedTokens?: number
  /** Of those, the tokens that the model wrote, too. */
  acceptedTokens?: number
  /** From the arrival of the request to the first token. */
  timeToFirstTokenMs: number
  /** Evaluated prompt tokens a second; 0 when nothing was evaluated. */
  promptTokensPerSecond: number
  tokensPerSecond: number
  seed: number
  /**
   * What multiplied weights on the CPU: `chatglm AVX2` for our own kernels and the instructions that
   * they use, `ggml` for the stock ones. Replies of earlier versions lack it.
   */
  kernels?: string
}

export interface GenerateResult {
  /** The whole reply, processed as the official code does it (for `chat.generate`). */
  text: string
  finish: GenerateFinish
  statistics: GenerateStatistics
  /** Where `topLogprobs` asked for them: all tokens but the one that ends the reply. */
  tokens?: ChosenToken[]
}

/**
 * While the prompt is read `promptTokens` counts up; afterwards text arrives in whole characters,
 * and before it the tokens that it comes of, where they are asked for.
 */
export type GenerateProgress =
  | { type: 'reading'; readTokens: number; promptTokens: number }
  | { type: 'token'; token: ChosenToken }
  | { type: 'text'; text: string }
