import type { AdapterService } from '../adapters/adapter-service.ts'
import type { ApiService } from '../api/api-service.ts'
import type { BatchService } from '../batch/batch-service.ts'
import type { CodeService } from '../code/code-service.ts'
import type { AppHandlers } from './app-dispatcher.ts'
import type { ChatId } from '../../shared/ids.ts'
import type { ChatPreparation } from '../chat/chat-preparation.ts'
import type { DocumentService } from '../documents/document-service.ts'
import type { EvalService } from '../eval/eval-service.ts'
import type { RemoteService } from '../remote/remote-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { runBuiltIn } from '../tools/run-built-in.ts'
import type { TransferService } from '../transfer/transfer-service.ts'
import type { Updates } from '../updates/create-updates.ts'
import type { AppEventBus } from './app-events.ts'
import { modelHandlers, type ModelHandlerServices } from './model-handlers.ts'

export interface AppServices extends ModelHandlerServices {
  adapters: AdapterService
  api: ApiService
  batch: BatchService
  evaluation: EvalService
  documents: DocumentService
  code: CodeService
  remote: RemoteService
  store: StoreClient
  settings: SettingsService
  transfer: TransferService
  preparation: ChatPreparation
  events: AppEventBus
  updates: Updates
}

/** Which service does which request. */
export function appHandlers(services: AppServices): AppHandlers {
  const { store, settings, chats, transfer, engine, events, snapshot } = services

  /** Waits for a change of chats, tells everyone, and answers nothing. */
  async function changing(chatIds: ChatId[] | null, change: Promise<unknown>): Promise<null> {
    await change
    events.emit({ event: 'chats.changed', payload: { chatIds } })
    return null
  }

  /** What the engine keeps of chats cannot be told apart, so all of it goes with any of them. */
  async function forgetting(): Promise<null> {
    await services.conversationCache.clear()
    return null
  }

  return {
    'app.read': snapshot,
    'settings.write': async ({ changes }) => {
      const { newChatAdapter } = changes
      if (newChatAdapter)
        await services.adapters.checkChange(settings.read().newChatAdapter, newChatAdapter)
      return settings.write(changes)
    },

    'chat.create': async ({ chatId, settings: own }) => {
      const chat = await store.ask('chat.create', { chatId, title: '' })
      if (!own) return chat
      await store.ask('chat.write_settings', { chatId, settings: own })
      return { ...chat, settings: own }
    },
    'chat.read': (params) => store.ask('chat.read', params),
    'chat.list': (params) => store.ask('chat.list', params),
    'chat.rename': (params) => changing([params.chatId], store.ask('chat.rename', params)),
    'chat.pin': (params) => changing(params.chatIds, store.ask('chat.pin', params)),
    'chat.archive': (params) => changing(params.chatIds, store.ask('chat.archive', params)),
    'chat.write_tags': (params) => changing([params.chatId], store.ask('chat.write_tags', params)),
    'chat.trash': async (params) => {
      await chats.cancelAll(params.chatIds)
      return changing(params.chatIds, store.ask('chat.trash', params))
    },
    'chat.restore': (params) => changing(params.chatIds, store.ask('chat.restore', params)),
    'chat.purge': async (params) => {
      await chats.cancelAll(params.chatIds)
      await changing(params.chatIds, store.ask('chat.purge', params))
      return forgetting()
    },
    'chat.empty_trash': async () => {
      const purged = await store.ask('chat.empty_trash', {
        trashedBeforeMs: Number.MAX_SAFE_INTEGER,
      })
      events.emit({ event: 'chats.changed', payload: { chatIds: null } })
      if (purged > 0) await forgetting()
      return { chats: purged }
    },
    'chat.write_settings': async (params) => {
      const before = await store.ask('chat.read', { chatId: params.chatId })
      await services.adapters.checkChange(before.settings.adapter, params.settings.adapter)
      await store.ask('chat.write_settings', params)
      return null
    },
    'chat.write_draft': async (params) => {
      await store.ask('chat.write_draft', params)
      return null
    },
    'chat.fork': async (params) => {
      const chat = await store.ask('chat.fork', { ...params, title: '' })
      events.emit({ event: 'chats.changed', payload: { chatIds: [params.chatId] } })
      return chat
    },
    'chat.path': ({ chatId }) => chats.path(chatId),
    'chat.open': async ({ chatId, last }) => {
      const opened = await chats.open(chatId, last)
      services.preparation.open(chatId)
      return opened
    },
    'chat.count_context': ({ chatId, text }) => chats.countContext(chatId, text),
    'document.read': ({ documentId, name, content }) =>
      services.documents.read(documentId, name, content),
    'document.release': ({ documentIds }) => {
      services.documents.release(documentIds)
      return null
    },
    'document.measure': ({ chatId, text, documents }) =>
      chats.measureDocuments(chatId, text, documents),
    'chat.send': ({ chatId, contextFull, ...question }) =>
      chats.send(chatId, question, contextFull),
    'chat.edit': ({ messageId, contextFull, ...question }) =>
      chats.edit(messageId, question, contextFull),
    'chat.regenerate': ({ messageId, replyId, contextFull }) =>
      chats.regenerate(messageId, replyId, contextFull),
    'chat.continue': async ({ replyId }) => {
      await chats.continue(replyId)
      return null
    },
    'chat.cancel': ({ replyId }) => {
      chats.cancel(replyId)
      return null
    },
    'tag.list': () => store.ask('tag.list', {}),

    'message.choose': async (params) => {
      await store.ask('message.choose', params)
      return null
    },
    'message.versions': (params) => store.ask('message.versions', params),
    'message.delete': async ({ messageId }) => {
      await chats.deleteMessage(messageId)
      return forgetting()
    },

    'search.find': (params) => store.ask('search.find', params),
    'search.find_titles': (params) => store.ask('search.find_titles', params),

    'transfer.import': async ({ fileName, text }) => {
      const report = await transfer.import(fileName, text)
      events.emit({ event: 'chats.changed', payload: { chatIds: null } })
      return report
    },
    'transfer.export': ({ chatIds, format }) => transfer.export(chatIds, format),

    ...modelHandlers(services),
    'adapter.list': () => services.adapters.list(),
    'adapter.add': ({ path }) => services.adapters.add(path),
    'adapter.remove': async ({ adapterId }) => {
      await services.adapters.remove(adapterId)
      return null
    },
    'api.read': () => services.api.report(),
    'api.renew_token': () => services.api.renewToken(),
    'api.forget_requests': () => {
      services.api.forgetRequests()
      return null
    },
    'remote.keys': () => ({ remoteIds: services.remote.withKeys() }),
    'remote.write_key': async ({ remoteId, key }) => {
      await services.remote.writeKey(remoteId, key)
      return null
    },
    'remote.models': async ({ remoteId }) => ({ models: await services.remote.models(remoteId) }),
    'batch.read': () => services.batch.read(),
    'batch.start': ({ path }) => {
      services.batch.start(path)
      return null
    },
    'batch.stop': async () => {
      await services.batch.stop()
      return null
    },
    'eval.read': () => services.evaluation.read(),
    'eval.start': async ({ plan }) => {
      await services.evaluation.start(plan)
      return null
    },
    'eval.stop': async () => {
      await services.evaluation.stop()
      return null
    },
    'eval.export': ({ as }) => services.evaluation.export(as),
    'tool.run': (call) => ({ result: runBuiltIn(call) }),
    'code.read_page': () => services.code.readPage(),
    'code.write_page': async ({ page }) => {
      await services.code.writePage(page)
      return null
    },
    'code.complete': (params) => {
      services.code.complete(params)
      return null
    },
    'code.cancel': ({ completionId }) => {
      services.code.cancel(completionId)
      return null
    },
    ...services.updates.handlers,
    'engine.restart': async () => {
      await engine.start()
      return null
    },
    'engine.log': () => ({ lines: engine.lastLogLines() }),
  }
}
