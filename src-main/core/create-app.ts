import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { AppSnapshot } from '../shared/app-api.ts'
import { AppDispatcher } from './app/app-dispatcher.ts'
import { AppEventBus } from './app/app-events.ts'
import { appHandlers } from './app/app-handlers.ts'
import type { AppServer } from './app/app-server.ts'
import { appFolders } from './app-folders.ts'
import { ChatService } from './chat/chat-service.ts'
import { EngineProcess } from './engine/engine-process.ts'
import type { Logger } from './logger.ts'
import { ModelLibrary } from './models/model-library.ts'
import { ModelService } from './models/model-service.ts'
import { SettingsService } from './settings/settings-service.ts'
import { StoreClient } from './store/store-client.ts'
import type { StoreHost } from './store/store-host.ts'
import { TransferService } from './transfer/transfer-service.ts'

export interface AppOptions {
  host: AppSnapshot['host']
  version: string
  /** BCP 47. */
  systemLocale: string
  env: NodeJS.ProcessEnv
  /** The program that was started; a marker beside it makes the app portable. */
  programFile?: string
  engineFile: string
  demoModelFolder: string
  /** Starts what the store runs in. */
  startStore: () => StoreHost
  log: Logger
}

/** The whole app without its windows. Whoever creates it closes it. */
export interface App extends AppServer {
  settings: SettingsService
  dataFolder: string
  /** Ends replies, engine and store, in this order, and waits for each. */
  close(): Promise<void>
}

/**
 * Opens the chats and puts the services together. The engine and the last model are started
 * without waiting for them. Throws AppError when the chats cannot be opened.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { env, log } = options
  const folders = appFolders(env, options.programFile)
  const { store, report } = await StoreClient.open(
    options.startStore(),
    join(folders.data, 'chats.db'),
  )
  const events = new AppEventBus()
  const engine = new EngineProcess({
    program: { file: options.engineFile },
    onLogLine: (line) => log.info(`engine: ${line}`),
  })
  const settings = new SettingsService(store, events)
  await settings.load()
  const library = new ModelLibrary(store)
  const modelsFolder = join(folders.cache, 'models')
  const models = new ModelService({ engine, library, settings, events, log, modelsFolder })
  const chats = new ChatService({ store, models, settings, events, log })
  const transfer = new TransferService(store, options.version)
  const [processor] = cpus()
  const snapshot = (): AppSnapshot => ({
    host: options.host,
    version: options.version,
    platform: process.platform,
    systemLocale: options.systemLocale,
    settings: settings.read(),
    engine: engine.state,
    model: models.read(),
    store: report,
    dataFolder: folders.data,
    replies: chats.replies(),
    machine: {
      memoryTotalBytes: totalmem(),
      memoryFreeBytes: freemem(),
      processor: processor?.model.trim() ?? '',
      cores: cpus().length,
    },
  })
  engine.onStateChange((state) => events.emit({ event: 'engine.changed', payload: { state } }))
  const services = { store, engine, settings, library, models, chats, transfer, events, snapshot }
  const dispatcher = new AppDispatcher(appHandlers(services), log)

  if (!report.isReadOnly) await library.putDemo(options.demoModelFolder, 'ChatGLM Desktop Demo')
  void engine.start().catch((error: unknown) => log.error('the engine did not start', error))
  const { lastModelId } = settings.read()
  if (lastModelId !== null) await models.loadUnlessCrashed(lastModelId)

  return {
    settings,
    dataFolder: folders.data,
    handle: (request, params, host) => dispatcher.handle(request, params, host),
    subscribe: (listener) => events.subscribe(listener),
    close: async () => {
      await chats.cancelAll(null)
      await models.cancel()
      await engine.stop()
      await store.close()
    },
  }
}
