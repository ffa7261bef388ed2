import { once } from 'node:events'
import PQueue from 'p-queue'
import type { Chat, Exchange, Message, OpenedChat } from '../../shared/chat.ts'
import { AppError } from '../../shared/errors.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import type { DocumentChoice, DocumentsUse } from '../../shared/documents.ts'
import type { ContextUse } from '../../shared/models.ts'
import { newChatSettings } from '../../shared/new-chat.ts'
import type { AdapterService } from '../adapters/adapter-service.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import type { DocumentService } from '../documents/document-service.ts'
import { askedText } from '../documents/document-text.ts'
import type { ModelService } from '../models/model-service.ts'
import type { RemoteService } from '../remote/remote-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { ChatContext } from './chat-context.ts'
import { askedBy, roundsOf } from './chat-history.ts'
import { titleFrom } from './chat-title.ts'
import { QuestionDocuments } from './question-documents.ts'
import { EngineReply, type ReplySource } from './reply-source.ts'
import { ReplyEnds } from './reply-ends.ts'
import { replySettings } from './reply-settings.ts'
import { ReplyWriter } from './reply-writer.ts'

/** The engine writes so many replies at once; the others wait here, where they can be stopped. */
const repliesAtOnce = 4

interface RunningReply {
  chatId: ChatId
  writer: ReplyWriter
  abort: AbortController
  ended: Promise<void>
}

export interface ChatServices {
  store: StoreClient
  models: ModelService
  adapters: AdapterService
  documents: DocumentService
  remote: RemoteService
  settings: SettingsService
  events: AppEventBus
  log: Logger
}

/** A question that is about to be asked, or a reply that is to be written again. */
interface NewQuestion {
  questionId: MessageId
  replyId: MessageId
  text: string
}

/** Sends messages and owns the replies that are being written. */
export class ChatService {
  private readonly running = new Map<MessageId, RunningReply>()
  private readonly queue = new PQueue({ concurrency: repliesAtOnce })

  private readonly context: ChatContext
  private readonly documents: QuestionDocuments
  private readonly ends: ReplyEnds

  constructor(private readonly services: ChatServices) {
    const { adapters, documents, models, settings, store, events, log } = services
    this.ends = new ReplyEnds(store, events, log)
    this.context = new ChatContext(models, settings, adapters)
    this.documents = new QuestionDocuments(documents, models, this.context, adapters)
  }

  /** The replies that are being written or wait for their turn. */
  replies(): { chatId: ChatId; replyId: MessageId }[] {
    return Array.from(this.running, ([replyId, { chatId }]) => ({ chatId, replyId }))
  }

  /** The branch that is shown; a reply in progress with all that has been told of it. */
  async path(chatId: ChatId): Promise<Message[]> {
    return this.asTold(await this.services.store.ask('chat.path', { chatId }))
  }

  /** The chat and the end of that branch. */
  async open(chatId: ChatId, last: number): Promise<OpenedChat> {
    const opened = await this.services.store.ask('chat.open', { chatId, last })
    return { ...opened, messages: this.asTold(opened.messages) }
  }

  /** Messages with all that has been told of the replies among them. */
  private asTold(messages: Message[]): Message[] {
    return messages.map((message) => {
      const written = this.running.get(message.id)?.writer.written
      return written === undefined ? this.ends.asEnded(message) : { ...message, text: written }
    })
  }

  /**
   * Saves the question and its documents with an empty reply and starts the reply, without waiting
   * for its end.
   */
  async send(
    chatId: ChatId,
    { documents: choice, ...question }: NewQuestion & { documents?: DocumentChoice },
    contextFull?: 'forget_oldest',
  ): Promise<Exchange> {
    expectText(question.text)
    await this.ends.saveHeld()
    const chat = await this.services.store.ask('chat.read', { chatId })
    const path = () => this.path(chatId)
    const documents = choice
      ? (await this.documents.cut(chat.settings, await path(), question.text, choice)).documents
      : []
    const asked = askedText(question.text, documents)
    await this.context.expectRoom(chat.settings, path, asked, contextFull)
    const exchange = await this.services.store.ask('message.append', {
      ...{ chatId, documents, ...question },
      ...this.context.authorOf(chat.settings),
    })
    if (choice) this.documents.release(choice)
    await this.nameChat(chat, question.text)
    this.start(exchange.reply, '')
    return exchange
  }

  /** Sends another version of a question. */
  async edit(
    messageId: MessageId,
    question: NewQuestion,
    contextFull?: 'forget_oldest',
  ): Promise<Exchange> {
    expectText(question.text)
    await this.ends.saveHeld()
    const { chatId, documents } = await this.readMessage(messageId)
    const chat = await this.services.store.ask('chat.read', { chatId })
    const before = async () => (await this.pathTo(messageId)).slice(0, -1)
    const asked = askedText(question.text, documents)
    await this.context.expectRoom(chat.settings, before, asked, contextFull)
    const exchange = await this.services.store.ask('message.edit', {
      messageId,
      ...question,
      ...this.context.authorOf(chat.settings),
    })
    this.start(exchange.reply, '')
    return exchange
  }

  /** Starts another version of a reply. */
  async regenerate(
    messageId: MessageId,
    replyId: MessageId,
    contextFull?: 'forget_oldest',
  ): Promise<Message> {
    await this.ends.saveHeld()
    const { chatId } = await this.readMessage(messageId)
    const chat = await this.services.store.ask('chat.read', { chatId })
    const path = await this.pathTo(messageId)
    const question = path.at(-2)
    const before = async () => path.slice(0, -2)
    const asked = question ? askedBy(question) : ''
    await this.context.expectRoom(chat.settings, before, asked, contextFull)
    const reply = await this.services.store.ask('message.regenerate', {
      messageId,
      replyId,
      ...this.context.authorOf(chat.settings),
    })
    this.start(reply, '')
    return reply
  }

  /** Writes an ended reply on. Does nothing while it is being written. */
  async continue(replyId: MessageId): Promise<void> {
    if (this.running.has(replyId)) return
    await this.ends.saveHeld()
    await this.services.store.ask('reply.resume', { replyId })
    const reply = await this.readMessage(replyId)
    this.start(reply, reply.text)
  }

  /** Stops a reply and keeps what is written. Does nothing once it has ended. */
  cancel(replyId: MessageId): void {
    this.running.get(replyId)?.abort.abort()
  }

  /** Stops the replies of these chats, of all when null, and waits until they are saved. */
  async cancelAll(chatIds: readonly ChatId[] | null): Promise<void> {
    const replies = [...this.running.values()].filter(
      ({ chatId }) => chatIds === null || chatIds.includes(chatId),
    )
    for (const { abort } of replies) abort.abort()
    await Promise.all(replies.map(({ ended }) => ended))
  }

  /** Stops all replies and waits until they are saved, as far as the disk takes them. */
  async close(): Promise<void> {
    await this.cancelAll(null)
    await this.ends.close()
  }

  /** Deletes a message and all below it, after stopping the chat's replies. */
  async deleteMessage(messageId: MessageId): Promise<null> {
    const { chatId } = await this.readMessage(messageId)
    await this.cancelAll([chatId])
    await this.services.store.ask('message.delete', { messageId })
    this.services.events.emit({ event: 'chats.changed', payload: { chatIds: [chatId] } })
    return null
  }

  /** What the next prompt would take. Throws AppError `model.none` while no model is loaded. */
  async countContext(chatId: ChatId, question: string): Promise<ContextUse> {
    const { settings } = await this.services.store.ask('chat.read', { chatId })
    return this.context.count(settings, await this.path(chatId), question)
  }

  /** What of these documents would be sent now; `chatId` null for a new chat. */
  async measureDocuments(
    chatId: ChatId | null,
    question: string,
    choice: DocumentChoice,
  ): Promise<DocumentsUse> {
    if (chatId !== null) {
      const { settings } = await this.services.store.ask('chat.read', { chatId })
      return this.documents.measure(settings, await this.path(chatId), question, choice)
    }
    const settings = newChatSettings(this.services.settings.read())
    return this.documents.measure(settings, [], question, choice)
  }

  private start(reply: Message, start: string): void {
    const { chatId, id: replyId } = reply
    const { store, events, log } = this.services
    const abort = new AbortController()
    const source = (signal: AbortSignal) => this.sourceOf(reply, signal)
    const writer = new ReplyWriter(
      { chatId, replyId, start, source },
      store,
      this.ends,
      events,
      log,
    )
    const write = () => writer.write(abort.signal)
    const stopped = once(abort.signal, 'abort').then(write) // at once, also before its turn
    const ended = Promise.race([this.queue.add(write), stopped])
      .catch((error: unknown) => log.error('a reply was not written', error))
      .finally(() => {
        this.running.delete(replyId)
        events.emit({ event: 'chats.changed', payload: { chatIds: [chatId] } })
      })
    this.running.set(replyId, { chatId, writer, abort, ended })
    events.emit({ event: 'reply.started', payload: { chatId, replyId } })
    events.emit({ event: 'chats.changed', payload: { chatIds: [chatId] } })
  }

  private async sourceOf(reply: Message, signal: AbortSignal): Promise<ReplySource> {
    const chat = await this.services.store.ask('chat.read', { chatId: reply.chatId })
    const path = await this.pathTo(reply.id)
    const question = path.at(-2)
    if (!question) throw new AppError('message.not_found', 'This message is gone. Open the chat.')
    const before = path.slice(0, -2)
    const sampling = reply.sampling ?? this.context.samplingOf(chat.settings)
    if (chat.settings.remote) {
      const asked = { rounds: roundsOf(before), question: askedBy(question), sampling }
      return this.services.remote.reply(chat.settings.remote, {
        ...asked,
        preamble: this.context.preambleOf(chat.settings),
      })
    }
    const ready = await this.services.models.ready(signal)
    const settings = replySettings(chat, reply)
    const fitted = await this.context.fit(ready, settings, before, askedBy(question))
    return new EngineReply(ready.client, fitted, sampling)
  }

  private async nameChat(chat: Chat, question: string): Promise<void> {
    if (chat.title !== '') return
    const title = titleFrom(question)
    await this.services.store.ask('chat.set_title_if_empty', { chatId: chat.id, title })
  }

  private pathTo(messageId: MessageId): Promise<Message[]> {
    return this.services.store.ask('message.path', { messageId })
  }

  private readMessage(messageId: MessageId): Promise<Message> {
    return this.services.store.ask('message.read', { messageId })
  }
}

function expectText(text: string): void {
  if (text.trim() === '') throw new AppError('chat.empty_message', 'Type a message first.')
}
