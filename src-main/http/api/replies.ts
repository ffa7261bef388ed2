import type { ChatMessage, GenerateResult, SamplingOptions } from '../../shared/engine-api.ts'
import type { CodeEnd } from '../../core/code/code-end.ts'
import { endCode } from '../../core/code/write-code.ts'
import { AppError } from '../../shared/errors.ts'
import type { EngineClient, GenerateEvent } from '../../core/engine/engine-client.ts'

/** One reply that is wanted. */
export type ReplyRequest =
  | { type: 'chat'; messages: ChatMessage[]; sampling: SamplingOptions }
  | {
      type: 'completion'
      prompt: string
      sampling: SamplingOptions
      /** Where it ends, if not by itself. */
      endOf?: CodeEnd
    }

/** An event of the reply `index` of those that were asked for together. */
export interface IndexedEvent {
  index: number
  event: GenerateEvent
}

const cutShort = (): AppError =>
  new AppError('engine.gone', 'The model was unloaded while it wrote. Try again.')

function eventsOf(client: EngineClient, request: ReplyRequest, signal: AbortSignal) {
  if (request.type === 'chat') {
    const { messages, sampling } = request
    return client.generate('chat.generate', { messages, sampling }, signal)
  }
  const { prompt, sampling, endOf } = request
  const start = (either: AbortSignal) =>
    client.generate('completion.generate', { prompt, sampling }, either)
  return endOf ? endCode(start, endOf, signal) : start(signal)
}

/** Without pieces on the way, unless they show where it ends. */
async function wholeOf(
  client: EngineClient,
  request: ReplyRequest,
  signal: AbortSignal,
): Promise<GenerateResult> {
  if (request.type === 'chat') {
    const { messages, sampling } = request
    return client.request('chat.generate', { messages, sampling }, { signal })
  }
  const { prompt, sampling, endOf } = request
  if (!endOf) return client.request('completion.generate', { prompt, sampling }, { signal })
  for await (const event of eventsOf(client, request, signal))
    if (event.type === 'finished') return event.result
  throw new Error('The engine ended a reply without a result.')
}

async function resultOf(
  client: EngineClient,
  request: ReplyRequest,
  signal: AbortSignal,
): Promise<GenerateResult> {
  const result = await wholeOf(client, request, signal)
  if (result.finish === 'cancelled') throw cutShort()
  return result
}

/** Asks for all at once, so that the engine writes them together, and returns their results. */
export async function writeReplies(
  client: EngineClient,
  requests: ReplyRequest[],
  signal: AbortSignal,
): Promise<GenerateResult[]> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const replies = requests.map((request) => resultOf(client, request, either))
  return Promise.all(replies).catch(async (error: unknown) => {
    failed.abort()
    await Promise.allSettled(replies)
    throw error
  })
}

/**
 * The same, event by event as they come. Leaving the loop stops all of them. Throws the first
 * failure.
 */
export async function* streamReplies(
  client: EngineClient,
  requests: ReplyRequest[],
  signal: AbortSignal,
): AsyncGenerator<IndexedEvent> {
  const left = new AbortController()
  const either = AbortSignal.any([signal, left.signal])
  const merged = new TransformStream<IndexedEvent, IndexedEvent>(
    {},
    { highWaterMark: Number.MAX_SAFE_INTEGER },
    { highWaterMark: Number.MAX_SAFE_INTEGER },
  )
  const writer = merged.writable.getWriter()
  const pump = async (request: ReplyRequest, index: number): Promise<void> => {
    for await (const event of eventsOf(client, request, either)) {
      if (event.type === 'finished' && event.result.finish === 'cancelled') throw cutShort()
      await writer.write({ index, event })
    }
  }
  void Promise.all(requests.map(pump)).then(
    () => writer.close(),
    (error: unknown) => writer.abort(error),
  )
  try {
    yield* merged.readable
  } finally {
    left.abort()
  }
}
