import type { ReplyEnd } from '../../shared/chat.ts'
import { AppError, type AppFailure, failureOf } from '../../shared/errors.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import type { ReplyEvent, ReplySource } from './reply-source.ts'
import type { ReplyEnds } from './reply-ends.ts'
import type { StoreClient } from '../store/store-client.ts'

/** Less than the 250 ms that are promised, since saving takes time, too. */
const checkpointMs = 200

/** A screen draws so often; whoever listens need not hear of every token. */
const tellMs = 16

export interface ReplyOptions {
  chatId: ChatId
  replyId: MessageId
  /** What is written already, when a reply is continued. */
  start: string
  /** Waits for the model and builds the prompt, once it is the reply's turn. */
  source: (signal: AbortSignal) => Promise<ReplySource>
}

type ReplyResult = Extract<ReplyEvent, { type: 'finished' }>['result']
type Ending = Pick<Parameters<ReplyWriter['save']>[0], 'end' | 'failure' | 'result'>

/** How replies end by the engine's account. */
const endOf = {
  stop: 'done',
  stop_string: 'done',
  length: 'length',
  cancelled: 'cancelled',
} as const

/** Writes one reply: into the store as it grows, and to whoever listens. */
export class ReplyWriter {
  private text: string
  private savedText: string
  private toldLength: number
  private telling: NodeJS.Timeout | undefined
  private saving: Promise<void> = Promise.resolve()
  private isSaving = false
  private writing: Promise<void> | undefined

  constructor(
    private readonly options: ReplyOptions,
    private readonly store: StoreClient,
    private readonly ends: ReplyEnds,
    private readonly events: AppEventBus,
    private readonly log: Logger,
  ) {
    this.text = options.start
    this.savedText = options.start
    this.toldLength = options.start.length
  }

  /** What is written so far. */
  get written(): string {
    return this.text
  }

  /** Writes the reply to its end, whatever that is, and saves it. Once; never throws. */
  write(signal: AbortSignal): Promise<void> {
    return (this.writing ??= this.writeOnce(signal))
  }

  private async writeOnce(signal: AbortSignal): Promise<void> {
    const timer = setInterval(() => this.checkpoint(), checkpointMs)
    const ending = await this.generate(signal)
    clearInterval(timer)
    this.tell()
    await this.saving
    await this.save({ ...ending, text: ending.result?.text ?? this.text })
  }

  private async generate(signal: AbortSignal): Promise<Ending> {
    try {
      const source = await this.options.source(signal)
      // A character whose bytes had not all arrived is written anew.
      const replyStart = this.text.replace(/\uFFFD+$/u, '').trimEnd()
      this.text = replyStart
      this.toldLength = replyStart.length
      for await (const event of source.write(replyStart, signal)) {
        if (event.type === 'finished')
          return { end: endOf[event.result.finish], failure: null, result: event.result }
        if (event.type === 'text') this.append(event.text)
        else if (event.type === 'reading') this.tellReading(event.readTokens, event.promptTokens)
      }
      throw new Error('The engine ended a reply without a result.')
    } catch (error) {
      return { ...this.endingOf(error, signal), result: null }
    }
  }

  private endingOf(
    error: unknown,
    signal: AbortSignal,
  ): { end: ReplyEnd; failure: AppFailure | null } {
    if (signal.aborted) return { end: 'cancelled', failure: null }
    if (!(error instanceof AppError)) this.log.error('a reply failed', error)
    const failure = failureOf(error)
    const isCutOff = ['engine.gone', 'engine.stopped', 'engine.failed', 'remote.cut_off']
    return { end: isCutOff.includes(failure.code) ? 'interrupted' : 'failed', failure }
  }

  private append(text: string): void {
    this.text += text
    this.telling ??= setTimeout(() => this.tell(), tellMs)
  }

  /** Tells what has come since the last time, in one piece. */
  private tell(): void {
    clearTimeout(this.telling)
    this.telling = undefined
    const { chatId, replyId } = this.options
    const offset = this.toldLength
    const text = this.text.slice(offset)
    this.toldLength = this.text.length
    if (text === '') return
    this.events.emit({ event: 'reply.delta', payload: { chatId, replyId, offset, text } })
  }

  private tellReading(readTokens: number, promptTokens: number): void {
    const { chatId, replyId } = this.options
    this.events.emit({
      event: 'reply.reading',
      payload: { chatId, replyId, readTokens, promptTokens },
    })
  }

  /** Saves what has come since the last time, unless that still goes on: no queue forms at a slow disk. */
  private checkpoint(): void {
    const { text } = this
    if (this.isSaving || text === this.savedText) return
    this.isSaving = true
    this.savedText = text
    this.saving = this.store
      .ask('reply.checkpoint', { replyId: this.options.replyId, text })
      .then(() => undefined)
      .catch((error: unknown) => this.log.error('a reply could not be saved so far', error))
      .finally(() => (this.isSaving = false))
  }

  private async save({
    text,
    end,
    failure,
    result,
  }: {
    text: string
    end: ReplyEnd
    failure: AppFailure | null
    result: ReplyResult | null
  }): Promise<void> {
    const { chatId, replyId } = this.options
    this.text = text
    const statistics = result?.statistics ?? null
    await this.ends.save({ chatId, replyId, text, end, statistics, failure })
  }
}
