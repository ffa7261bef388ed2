/** What the self-benchmark measured, all on this computer with the loaded model. */
export interface BenchmarkReport {
  modelName: string
  weightType: string
  backend: string
  threads: number
  promptTokens: number
  promptTokensPerSecond: number
  tokensPerSecond: number
  /** How fast all threads together read memory. */
  memoryBytesPerSecond: number
  /** Weights and cache that each generated token reads, as a share of what memory allows. */
  bandwidthShare: number
  /** Generation speed of libllama alone, in the same run; null where it was not measured. */
  bareTokensPerSecond: number | null
}
