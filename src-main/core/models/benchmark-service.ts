import type { BenchmarkReport } from '../../shared/benchmark.ts'
import { AppError } from '../../shared/errors.ts'
import type { ModelService, ReadyModel } from './model-service.ts'

const promptTokens = 512
const generatedTokens = 64

/** A text of many tokens that no cache holds yet. */
const newPrompt = (): string => {
  const word = Math.random().toString(36).slice(2, 8)
  return `${word} 人工智能 `.repeat(promptTokens)
}

/** Measures the loaded model on this computer, through the whole app and without it. */
export class BenchmarkService {
  private running: AbortController | undefined

  constructor(
    private readonly models: ModelService,
    private readonly backend: () => string,
  ) {}

  /** Throws AppError `model.none`, `benchmark.running` or `engine.cancelled`. */
  async run(): Promise<BenchmarkReport> {
    if (this.running)
      throw new AppError('benchmark.running', 'A measurement is running already. Wait for it.')
    const abort = (this.running = new AbortController())
    try {
      return await this.measure(this.models.loaded(), abort.signal)
    } finally {
      this.running = undefined
    }
  }

  cancel(): void {
    this.running?.abort()
  }

  private async measure({ client, loaded }: ReadyModel, signal: AbortSignal) {
    const { ids } = await client.request('text.tokenize', { text: newPrompt() })
    const { text: prompt } = await client.request('text.detokenize', {
      ids: ids.slice(0, promptTokens),
    })
    const sampling = { temperature: 0, maxNewTokens: generatedTokens }
    const { statistics } = await client.request(
      'completion.generate',
      { prompt, sampling },
      { signal },
    )
    if (signal.aborted) throw new AppError('engine.cancelled', 'The measurement was stopped.')
    const bare = await client.request(
      'model.benchmark',
      { promptTokens, generatedTokens },
      { signal },
    )
    return {
      modelName: this.models.currentName() ?? '',
      weightType: loaded.description.weightType,
      backend: this.backend(),
      threads: loaded.threads,
      promptTokens: statistics.promptTokens,
      promptTokensPerSecond: statistics.promptTokensPerSecond,
      tokensPerSecond: statistics.tokensPerSecond,
      memoryBytesPerSecond: bare.memoryBytesPerSecond,
      bandwidthShare: (statistics.tokensPerSecond * bare.bytesPerToken) / bare.memoryBytesPerSecond,
      bareTokensPerSecond: bare.tokensPerSecond,
    }
  }
}
