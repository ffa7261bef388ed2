import type { ChatId } from '../../shared/ids.ts'
import type { AdapterService } from '../adapters/adapter-service.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import type { ModelService } from '../models/model-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { engineMessages, roundsOf } from './chat-history.ts'
import { leadOf } from './chat-lead.ts'

export interface ChatPreparationServices {
  store: StoreClient
  adapters: AdapterService
  models: ModelService
  settings: SettingsService
  events: AppEventBus
  log: Logger
}

/**
 * Has the engine bring back what its cache knows of the chat that is open, so that the next question
 * is answered at once. Only a hint: when it fails, the question takes longer.
 */
export class ChatPreparation {
  private chatId: ChatId | undefined
  private abort = new AbortController()

  constructor(private readonly services: ChatPreparationServices) {
    services.events.subscribe((message) => {
      if (message.event === 'model.changed' && message.payload.state.type === 'ready') this.begin()
    })
  }

  /** A chat was opened; what was under way for another one ends. */
  open(chatId: ChatId): void {
    this.chatId = chatId
    this.begin()
  }

  close(): void {
    this.abort.abort()
  }

  private begin(): void {
    this.abort.abort()
    this.abort = new AbortController()
    const { signal } = this.abort
    this.prepare(signal).catch((error: unknown) => {
      if (!signal.aborted) this.services.log.error('a chat was not made ready', error)
    })
  }

  private async prepare(signal: AbortSignal): Promise<void> {
    const { store, adapters, models, settings } = this.services
    const { chatId } = this
    if (chatId === undefined || !models.isLoaded()) return
    const chat = await store.ask('chat.read', { chatId })
    const rounds = roundsOf(await store.ask('chat.path', { chatId }))
    if (rounds.length === 0 || signal.aborted) return
    const preamble = chat.settings.preamble ?? settings.read().preamble
    const ready = models.loaded()
    const lead = leadOf(ready, chat.settings, preamble)
    const messages = engineMessages(lead, rounds, '').slice(0, -1)
    const adapter = await adapters.forEngine(chat.settings)
    await ready.client.request('chat.prepare', { messages, ...adapter }, { signal })
  }
}
