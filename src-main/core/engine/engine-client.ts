import { ReadableStream } from 'node:stream/web'
import { CancellationTokenSource, type MessageConnection, ProgressType } from 'vscode-jsonrpc/node'
import type { z } from 'zod'
import type { AdapterUse, GenerateProgress, GenerateResult } from '../../shared/engine-api.ts'
import type { EngineExitCause } from '../../shared/engine-state.ts'
import { describeCause } from './engine-exit.ts'
import { engineFailure } from './engine-failure.ts'
import {
  type EngineMethod,
  type EngineParams,
  type EngineProgress,
  engineProgressSchemas,
  type EngineResult,
  engineResultSchemas,
} from './engine-messages.ts'

export interface RequestOptions<M extends EngineMethod> {
  /** Asks the engine to cancel. The call still ends with the engine's answer. */
  signal?: AbortSignal | undefined
  /** Called in order, never after the call has ended. */
  onProgress?: ((progress: EngineProgress<M>) => void) | undefined
}

/** What a reply consists of: progress, then its result as the last event. */
export type GenerateEvent = GenerateProgress | { type: 'finished'; result: GenerateResult }

/** A failure stands behind what came before it. */
type ReplyItem = GenerateEvent | { type: 'failed'; error: unknown }

export type GenerateMethod = 'chat.generate' | 'completion.generate'

/** Parameters without the token, which the client picks when someone listens. */
type CallParams<M extends EngineMethod> = Omit<EngineParams<M>, 'progressToken'>

const resultSchemas: { [M in EngineMethod]: z.ZodType<EngineResult<M>> } = engineResultSchemas
const progressSchemas: { [M in EngineMethod]?: z.ZodType<EngineProgress<M>> } =
  engineProgressSchemas
const progressType = new ProgressType<unknown>()
const adaptedMethods = new Set<EngineMethod>([
  'chat.generate',
  'chat.count',
  'chat.prepare',
  'completion.generate',
])

/** JSON in UTF-8 has no lone surrogates, but a JavaScript string may. */
function toWellFormed(params: object): object {
  const text = JSON.stringify(params, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  )
  const copy: unknown = JSON.parse(text)
  return typeof copy === 'object' && copy !== null ? copy : {}
}

/**
 * Asks one running engine. Every failure that was foreseen is an AppError `engine.<name>` with a
 * name of `engineErrorCodes`, `engine.gone` when the engine ends before it answers, or
 * `engine.invalid_message`. Belongs to one engine process; the next one gets a new client.
 */
export class EngineClient {
  private nextToken = 1
  private whyGone = 'The engine has ended. Try again.'

  /** What conversations are read and written with where a call names nothing. */
  adapter: AdapterUse | undefined

  constructor(private readonly connection: MessageConnection) {}

  /** Sends a request and returns the parsed answer. */
  async request<M extends EngineMethod>(
    method: M,
    params: CallParams<M>,
    options: RequestOptions<M> = {},
  ): Promise<EngineResult<M>> {
    const cancellation = new CancellationTokenSource()
    const cancel = () => cancellation.cancel()
    options.signal?.addEventListener('abort', cancel)
    try {
      return await new Promise<EngineResult<M>>((resolve, reject) => {
        const answer = this.send(method, params, options, cancellation, reject)
        answer.then(resolve, reject)
        if (options.signal?.aborted === true) cancel()
      })
    } catch (error) {
      throw engineFailure(method, error, this.whyGone)
    } finally {
      options.signal?.removeEventListener('abort', cancel)
    }
  }

  /**
   * Writes a reply: its progress in order, then `finished`. Aborting `signal` lets the reply end
   * normally, with what is written and the finish `cancelled`; so does leaving the loop early,
   * whose result nobody sees. Throws what `request` throws.
   */
  generate<M extends GenerateMethod>(
    method: M,
    params: CallParams<M>,
    signal?: AbortSignal,
  ): AsyncIterable<GenerateEvent> {
    const left = new AbortController()
    const stop = signal ? AbortSignal.any([signal, left.signal]) : left.signal
    // A failure is an item of the stream: one that fails drops what waits in it.
    const items = new ReadableStream<ReplyItem>({
      start: (controller) => {
        const onProgress = (progress: GenerateProgress) => {
          if (!left.signal.aborted) controller.enqueue(progress)
        }
        // Not awaited: a stream hands out nothing before its start has returned.
        void this.request<GenerateMethod>(method, params, { signal: stop, onProgress })
          .then(
            (result) => ({ type: 'finished' as const, result }),
            (error: unknown) => ({ type: 'failed' as const, error }),
          )
          .then((last) => {
            if (left.signal.aborted) return
            controller.enqueue(last)
            controller.close()
          })
      },
      cancel: () => left.abort(),
    })
    return throwFailure(items)
  }

  /** Called by the owner of the process once it has ended: fails everything under way. */
  close(cause: EngineExitCause | null): void {
    if (cause) this.whyGone = describeCause(cause)
    this.connection.dispose()
  }

  private async send<M extends EngineMethod>(
    method: M,
    params: CallParams<M>,
    { onProgress }: RequestOptions<M>,
    cancellation: CancellationTokenSource,
    reject: (error: unknown) => void,
  ): Promise<EngineResult<M>> {
    const schema = progressSchemas[method]
    const sent =
      this.adapter && adaptedMethods.has(method) ? { adapter: this.adapter, ...params } : params
    if (!onProgress || !schema) return this.ask(method, sent, cancellation)
    const progressToken = this.nextToken++
    const listening = this.connection.onProgress(progressType, progressToken, (value) => {
      try {
        onProgress(schema.parse(value))
      } catch (error) {
        cancellation.cancel()
        reject(error)
      }
    })
    try {
      return await this.ask(method, { ...sent, progressToken }, cancellation)
    } finally {
      listening.dispose()
    }
  }

  private async ask<M extends EngineMethod>(
    method: M,
    params: object,
    cancellation: CancellationTokenSource,
  ): Promise<EngineResult<M>> {
    const { token } = cancellation
    const answer = await this.connection.sendRequest<unknown>(method, toWellFormed(params), token)
    return resultSchemas[method].parse(answer)
  }
}

async function* throwFailure(items: AsyncIterable<ReplyItem>): AsyncGenerator<GenerateEvent> {
  for await (const item of items) {
    if (item.type === 'failed') throw item.error
    yield item
  }
}
