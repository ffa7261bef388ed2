import type { Message } from '../../shared/chat.ts'
import { AppError, type AppFailure, failureOf } from '../../shared/errors.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import type { StoreClient } from '../store/store-client.ts'
import type { StoreParams } from '../store/store-operations.ts'

/** How a reply ended, with its whole text. */
export type EndedReply = Required<StoreParams<'reply.finish'>> & { chatId: ChatId }

interface Held {
  end: EndedReply
  /** What kept it from being saved. */
  failure: AppFailure
}

const retryMs = 2000

/** What passes when the person makes room, or gives the right back. */
const passing = ['store.disk_full', 'store.disk_failed', 'store.not_writable']

/**
 * Saves how replies ended. One that the disk does not take is held, shown as failed with all that was
 * written and why, and saved as it ended as soon as that goes.
 */
export class ReplyEnds {
  private readonly held = new Map<MessageId, Held>()
  private retry: NodeJS.Timeout | undefined

  constructor(
    private readonly store: StoreClient,
    private readonly events: AppEventBus,
    private readonly log: Logger,
  ) {}

  /** Never throws. */
  async save(end: EndedReply): Promise<void> {
    try {
      await this.put(end)
    } catch (error) {
      this.log.error('the end of a reply could not be saved', error)
      if (isPassing(error)) this.hold(end, failureOf(error))
    }
    await this.tell(end)
  }

  /** A message as it ended, though the disk did not take that. */
  asEnded(message: Message): Message {
    const held = this.held.get(message.id)
    if (held === undefined) return message
    return { ...message, text: held.end.text, status: 'failed', failure: held.failure }
  }

  /** Called before a chat changes, which may build on a reply. Throws why an end cannot be saved. */
  async saveHeld(): Promise<void> {
    for (const { end } of [...this.held.values()]) {
      if (!this.held.has(end.replyId)) continue // saved meanwhile, and perhaps written on
      try {
        await this.put(end)
      } catch (error) {
        if (isPassing(error)) throw error
        this.log.error('the end of a reply could not be saved later', error) // the chat is gone
      }
      this.held.delete(end.replyId)
      await this.tell(end)
    }
  }

  /** Tries once more; what the disk still does not take is lost but for its last checkpoint. */
  async close(): Promise<void> {
    clearTimeout(this.retry)
    await this.saveHeld().catch((error: unknown) =>
      this.log.error('the end of a reply was not saved', error),
    )
  }

  private async put({ replyId, text, end, statistics, failure }: EndedReply): Promise<void> {
    await this.store.ask('reply.finish', { replyId, text, end, statistics, failure })
  }

  private hold(end: EndedReply, failure: AppFailure): void {
    this.held.set(end.replyId, { end, failure })
    this.retryLater()
  }

  private retryLater(): void {
    clearTimeout(this.retry)
    this.retry = setTimeout(() => void this.saveHeld().catch(() => this.retryLater()), retryMs)
    this.retry.unref()
  }

  private async tell({ chatId, replyId }: EndedReply): Promise<void> {
    try {
      const message = this.asEnded(await this.store.ask('message.read', { messageId: replyId }))
      this.events.emit({ event: 'reply.finished', payload: { chatId, message } })
    } catch (error) {
      this.log.error('the end of a reply could not be told', error)
      this.events.emit({ event: 'chats.changed', payload: { chatIds: [chatId] } }) // what is stored is what counts
    }
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof AppError && passing.includes(error.code)
