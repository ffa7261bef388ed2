/** The perplexity of what has been read so far. */
export class RunningPerplexity {
  private nats = 0
  private tokens = 0

  constructor(earlier: number[][]) {
    for (const logprobs of earlier) this.add(logprobs)
  }

  add(logprobs: number[]): void {
    for (const logprob of logprobs) this.nats -= logprob
    this.tokens += logprobs.length
  }

  /** Null before anything was read. */
  get value(): number | null {
    return this.tokens === 0 ? null : Math.exp(this.nats / this.tokens)
  }
}
