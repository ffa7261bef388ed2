import type { GenerateResult } from '../../shared/engine-api.ts'

/** What the log of requests says of one, gathered while it is answered. Never a text. */
export class RequestNotes {
  readonly atMs = Date.now()
  model: string | null = null
  promptTokens = 0
  generatedTokens = 0
  tokensPerSecond = 0
  private readonly startedAtMs = performance.now()

  /** Since it arrived. */
  get durationMs(): number {
    return Math.round(performance.now() - this.startedAtMs)
  }

  /** Counts a reply; replies to one prompt share its tokens. */
  addReply({ statistics }: GenerateResult, isFirstOfPrompt: boolean): void {
    if (isFirstOfPrompt) this.promptTokens += statistics.promptTokens
    this.generatedTokens += statistics.generatedTokens
    this.tokensPerSecond += statistics.tokensPerSecond
  }
}
