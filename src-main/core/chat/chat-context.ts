import type { AdapterChoice } from '../../shared/adapters.ts'
import type { ChatSettings, Message } from '../../shared/chat.ts'
import type { AdapterUse, SamplingOptions } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { ContextUse } from '../../shared/models.ts'
import type { ContextFullPolicy } from '../../shared/settings.ts'
import type { AdapterService } from '../adapters/adapter-service.ts'
import type { ModelService, ReadyModel } from '../models/model-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { leadOf } from './chat-lead.ts'
import { type Lead, roundsOf } from './chat-history.ts'
import { fitWindow, type Window } from './context-window.ts'
import { remoteContext } from './remote-context.ts'

/** What writes a reply, as it is kept with it. */
interface Author {
  model: string | null
  sampling: SamplingOptions
  adapter: AdapterChoice | null
}

/** What the engine is asked for a reply with. */
export interface Fitted extends Window {
  /** Absent for the model alone. */
  adapter?: AdapterUse
}

/** How conversations fit into the model: by its own count, and by what the chat is set to. */
export class ChatContext {
  constructor(
    private readonly models: ModelService,
    private readonly settings: SettingsService,
    private readonly adapters: AdapterService,
  ) {}

  /**
   * Throws AppError `chat.question_too_long` when not even the question fits, and why the chat's
   * adapter cannot be used.
   */
  async fit(
    ready: ReadyModel,
    chat: ChatSettings,
    path: Message[],
    question: string,
  ): Promise<Fitted> {
    const adapter = await this.adapters.forEngine(chat)
    const window = await fitWindow({
      lead: this.leadOf(chat, ready),
      rounds: roundsOf(path),
      question,
      contextLength: this.lengthFor(ready, chat),
      count: (messages) => ready.client.request('chat.count', { messages, ...adapter }),
    })
    return { ...window, ...adapter }
  }

  /** What the next prompt would take. Throws AppError `model.none` while no model is loaded. */
  async count(chat: ChatSettings, path: Message[], question: string): Promise<ContextUse> {
    if (chat.remote) return remoteContext(chat.remote, path)
    return (await this.fit(this.models.loaded(), chat, path, question)).use
  }

  /** Throws `chat.context_full` when rounds would be forgotten and nobody has chosen that. */
  async expectRoom(
    chat: ChatSettings,
    path: () => Promise<Message[]>,
    question: string,
    contextFull: ContextFullPolicy = this.policyOf(chat),
  ): Promise<void> {
    if (chat.remote) return // the server says what is too long
    if (contextFull !== 'ask' || !this.models.isLoaded()) return // it is fitted once the model is there
    const { use } = await this.fit(this.models.loaded(), chat, await path(), question)
    if (use.fits) return
    throw new AppError(
      'chat.context_full',
      'The conversation no longer fits into the model. Forget its oldest part, or start a new chat.',
    )
  }

  /** Tokens of prompt and reply together. */
  lengthFor(ready: ReadyModel, chat: ChatSettings): number {
    const { maxLength = 8192 } = this.samplingOf(chat)
    return Math.min(ready.loaded.contextLength, maxLength)
  }

  /** What stands before a conversation; for a server, or while no model is loaded, its preamble. */
  leadOf(chat: ChatSettings, ready?: ReadyModel): Lead {
    const preamble = this.preambleOf(chat)
    if (chat.remote || !(ready ?? this.models.isLoaded())) return { preamble, tools: null }
    return leadOf(ready ?? this.models.loaded(), chat, preamble)
  }

  preambleOf(chat: ChatSettings): string {
    return chat.preamble ?? this.settings.read().preamble
  }

  samplingOf(chat: ChatSettings): SamplingOptions {
    return { ...this.settings.read().sampling, ...chat.sampling }
  }

  authorOf(chat: ChatSettings): Author {
    const { remote, adapter } = chat
    const model = remote?.model ?? this.models.currentName()
    return { model, sampling: this.samplingOf(chat), adapter: remote ? null : (adapter ?? null) }
  }

  private policyOf(chat: ChatSettings): ContextFullPolicy {
    return chat.contextFull ?? this.settings.read().contextFull
  }
}
