import type { EngineClient } from '../core/engine/engine-client.ts'
import type {
  ChatMessage,
  GenerateResult,
  GenerateStatistics,
  SamplingOptions,
} from '../shared/engine-api.ts'
import { AppError } from '../shared/errors.ts'
import { printJson, tell, type Terminal } from './terminal.ts'

export interface ReplyOptions {
  sampling: SamplingOptions
  /** Prints the whole reply with its statistics instead of streaming the text. */
  json: boolean
  stats: boolean
}

const perSecond = (value: number): string => value.toFixed(1)

function describe(statistics: GenerateStatistics): string {
  const { promptTokens, reusedTokens, generatedTokens, seed } = statistics
  const reused = reusedTokens > 0 ? `, ${reusedTokens} from the cache` : ''
  return (
    `[prompt ${promptTokens} tokens${reused}, ${perSecond(statistics.promptTokensPerSecond)}/s; ` +
    `first token after ${Math.round(statistics.timeToFirstTokenMs)} ms; ` +
    `reply ${generatedTokens} tokens, ${perSecond(statistics.tokensPerSecond)}/s; seed ${seed}]`
  )
}

/** Writes one reply to stdout, streaming, and returns it. An aborted signal ends it early. */
export async function writeReply(
  terminal: Terminal,
  client: EngineClient,
  messages: ChatMessage[],
  { sampling, json, stats }: ReplyOptions,
  signal: AbortSignal,
): Promise<GenerateResult> {
  for await (const event of client.generate('chat.generate', { messages, sampling }, signal)) {
    if (event.type === 'text' && !json) terminal.stdout.write(event.text)
    if (event.type !== 'finished') continue
    const { result } = event
    if (json) printJson(terminal, result)
    else terminal.stdout.write('\n')
    if (stats) tell(terminal, describe(result.statistics))
    if (result.finish === 'length') {
      tell(
        terminal,
        '[The reply ended at its length limit. Raise --max-new-tokens or --max-length.]',
      )
    }
    return result
  }
  throw new AppError('engine.invalid_message', 'The engine ended a reply without a result.')
}
