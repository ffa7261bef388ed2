import type { GenerateStatistics, SamplingOptions } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { HistoryRound } from '../chat/chat-history.ts'
import type { ReplyEvent, ReplySource } from '../chat/reply-source.ts'
import { RemoteClient, type RemoteClientOptions } from './remote-client.ts'
import { type ReplyPiece, replyPieces } from './reply-events.ts'

/** A server that sends nothing for so long has lost the reply. */
const silenceMs = 120_000

export interface RemoteReplyOptions extends RemoteClientOptions {
  model: string
  preamble: string
  rounds: HistoryRound[]
  question: string
  sampling: SamplingOptions
}

/** The conversation in OpenAI's form; servers have a role for what stands before it. */
function messagesOf({ preamble, rounds, question }: RemoteReplyOptions, replyStart: string) {
  return [
    ...(preamble === '' ? [] : [{ role: 'system', content: preamble }]),
    ...rounds.flatMap((round) => [
      { role: 'user', content: round.question },
      { role: 'assistant', content: round.answer },
    ]),
    { role: 'user', content: question },
    ...(replyStart === '' ? [] : [{ role: 'assistant', content: replyStart }]),
  ]
}

/** What was set, as far as all servers know it; the rest is as the server likes. */
function samplingOf({ temperature, topP, seed, maxNewTokens, stop }: SamplingOptions) {
  return {
    ...{ temperature, top_p: topP, seed, max_tokens: maxNewTokens },
    stop: stop === undefined || stop.length === 0 ? undefined : stop,
  }
}

/** With this vLLM and SGLang write a message on; others begin a new one, or refuse. */
const writeOn = { continue_final_message: true, add_generation_prompt: false }

/** A server that writes a reply. */
export class RemoteReply implements ReplySource {
  constructor(private readonly options: RemoteReplyOptions) {}

  async *write(replyStart: string, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    const client = await RemoteClient.open(this.options)
    const controller = new AbortController()
    const end = () => controller.abort()
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    try {
      yield* this.writeWith(client, controller, replyStart)
    } finally {
      signal.removeEventListener('abort', end)
      controller.abort()
      client.close()
    }
  }

  private async *writeWith(
    client: RemoteClient,
    controller: AbortController,
    replyStart: string,
  ): AsyncGenerator<ReplyEvent> {
    const { model, sampling, patienceMs = silenceMs } = this.options
    const startedAtMs = performance.now()
    const body = {
      ...{ model, messages: messagesOf(this.options, replyStart), ...samplingOf(sampling) },
      ...{ stream: true, stream_options: { include_usage: true } },
      ...(replyStart === '' ? {} : writeOn),
    }
    const answer = await client.startReply(body, controller)
    const timer = setTimeout(() => answer.body.destroy(new Error('silent')), patienceMs)
    let text = replyStart
    let finish: ReplyPiece['finish'] = null
    let usage: ReplyPiece['usage'] = null
    let firstAtMs: number | null = null
    try {
      for await (const piece of replyPieces(answer, () => timer.refresh())) {
        finish = piece.finish ?? finish
        usage = piece.usage ?? usage
        if (piece.text === '') continue
        firstAtMs ??= performance.now()
        text += piece.text
        yield { type: 'text', text: piece.text }
      }
    } finally {
      clearTimeout(timer)
    }
    if (text === '' && finish === null)
      throw new AppError('remote.empty', 'The server answered without a word. Ask again.')
    const statistics =
      usage === null || firstAtMs === null
        ? null
        : statisticsOf(usage, firstAtMs - startedAtMs, performance.now() - firstAtMs, sampling)
    yield {
      type: 'finished',
      result: { text, finish: finish === 'length' ? 'length' : 'stop', statistics },
    }
  }
}

/** What the server counted, and what this side measured, its way through the network included. */
function statisticsOf(
  usage: NonNullable<ReplyPiece['usage']>,
  waitedMs: number,
  wroteMs: number,
  { seed = 0 }: SamplingOptions,
): GenerateStatistics {
  const { prompt_tokens: promptTokens, completion_tokens: generatedTokens } = usage
  const reusedTokens = usage.prompt_tokens_details?.cached_tokens ?? 0
  const perSecond = (tokens: number, ms: number) => (ms > 0 ? (tokens / ms) * 1000 : 0)
  return {
    ...{ promptTokens, reusedTokens, restoredTokens: 0, restoreMs: 0, generatedTokens },
    timeToFirstTokenMs: waitedMs,
    promptTokensPerSecond: perSecond(promptTokens - reusedTokens, waitedMs),
    tokensPerSecond: perSecond(Math.max(0, generatedTokens - 1), wroteMs),
    seed,
  }
}
