import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { AppSnapshot } from '../shared/app-api.ts'
import { AdapterService } from './adapters/adapter-service.ts'
import { ApiService } from './api/api-service.ts'
import { ApiToken } from './api/api-token.ts'
import type { ListenApi } from './api/listen-api.ts'
import { AppDispatcher } from './app/app-dispatcher.ts'
import { AppEventBus } from './app/app-events.ts'
import { appHandlers } from './app/app-handlers.ts'
import type { AppServer } from './app/app-server.ts'
import { type AppFolders, appFolders } from './app-folders.ts'
import type { CreateAnswerer } from './batch/answer-request.ts'
import { BatchService } from './batch/batch-service.ts'
import { CodeService } from './code/code-service.ts'
import { ChatPreparation } from './chat/chat-preparation.ts'
import { ChatService } from './chat/chat-service.ts'
import { DocumentService } from './documents/document-service.ts'
import { DocumentThreads } from './documents/document-threads.ts'
import { createModelServices, takeUpModels } from './create-model-services.ts'
import type { WatchPolicy } from './engine/engine-watch.ts'
import { EvalService } from './eval/eval-service.ts'
import { AppInference } from './inference/app-inference.ts'
import type { NetworkOptions } from './downloads/network.ts'
import type { Logger } from './logger.ts'
import { RecentLog } from './recent-log.ts'
import { RemoteKeys } from './remote/remote-keys.ts'
import { RemoteService } from './remote/remote-service.ts'
import { resourcesIn } from './resources.ts'
import { plainBox, type SecretBox } from './secrets.ts'
import { SettingsService } from './settings/settings-service.ts'
import { type OpenedStore, StoreClient } from './store/store-client.ts'
import type { StoreHost } from './store/store-host.ts'
import { TransferService } from './transfer/transfer-service.ts'
import { createUpdates } from './updates/create-updates.ts'
import type { UpdateMeans } from './updates/update-means.ts'

export interface AppOptions {
  host: AppSnapshot['host']
  version: string
  /** BCP 47. */
  systemLocale: string
  env: NodeJS.ProcessEnv
  /** The program that was started; a marker beside it makes the app portable. */
  programFile?: string
  engineFile: string
  /** Of an installed engine. */
  engineManifestFile?: string | undefined
  /** How it is found out that the engine hangs; as usual unless told. */
  engineWatch?: WatchPolicy
  /** What comes with the app and is read at run time. */
  resourcesFolder: string
  /** How secrets are kept from other programs; plain where the host has no means. */
  secretBox?: SecretBox
  /** The proxy of the system for an address, where the host knows it. */
  resolveProxy?: NetworkOptions['resolveProxy']
  /** Starts what the store runs in. */
  startStore: () => StoreHost
  /** `document-worker.ts`, or what a bundler made of it: reads files in threads of its own. */
  documentWorker: URL
  log: Logger
  /** Serves the model to other programs, where the host can. */
  listenApi?: ListenApi
  /** Answers as the API does, for files of prompts. */
  createAnswerer?: CreateAnswerer
  /** How the host gets newer versions; none unless told. */
  updates?: UpdateMeans
  /** Leaves out what may have ended the starts before. */
  isSafeMode?: boolean
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
  const folders = appFolders(options.env, options.programFile)
  const opened = await StoreClient.open(options.startStore(), join(folders.data, 'chats.db'))
  try {
    return await createOn(opened, folders, options)
  } catch (error) {
    await opened.store.close()
    throw error
  }
}

async function createOn(
  { store, report }: OpenedStore,
  folders: AppFolders,
  options: AppOptions,
): Promise<App> {
  const { env, isSafeMode = false } = options
  const log = new RecentLog(options.log)
  const resources = resourcesIn(options.resourcesFolder)
  const events = new AppEventBus()
  const settings = new SettingsService(store, events)
  await settings.load()
  const { engine, library, models, ...modelServices } = await createModelServices({
    ...{ store, settings, events, log, env, folders },
    ...{
      engineFile: options.engineFile,
      engineManifestFile: options.engineManifestFile,
      engineWatch: options.engineWatch,
      resources,
    },
    ...{ secretBox: options.secretBox, resolveProxy: options.resolveProxy, isSafeMode },
  })
  const { devices, downloads, hubToken, verify } = modelServices
  const keysFile = join(folders.data, 'remote-keys.json')
  const keys = new RemoteKeys(keysFile, options.secretBox ?? plainBox, env)
  await keys.load()
  const remote = new RemoteService({ settings, keys, log, network: modelServices.network })
  const threads = new DocumentThreads(options.documentWorker, resources.cmapsFolder)
  const documents = new DocumentService(threads)
  const adapters = new AdapterService({
    ...{ store, engine, models, settings, events },
    folder: join(folders.data, 'adapters'),
  })
  const chats = new ChatService({
    store,
    models,
    adapters,
    documents,
    remote,
    settings,
    events,
    log,
  })
  const source = new AppInference(models, settings, engine)
  const batch = new BatchService({ source, events, log, createAnswerer: options.createAnswerer })
  const evaluation = new EvalService({ source, models, library, settings, store, events, log })
  const code = new CodeService({ models, store, events, log })
  const api = new ApiService({
    ...{ settings, events, log, listen: options.listenApi },
    source,
    token: new ApiToken(store, options.secretBox ?? plainBox),
  })
  const preparation = new ChatPreparation({ store, adapters, models, settings, events, log })
  const transfer = new TransferService(store, options.version)
  const updates = await createUpdates({
    ...{ settings, events, log, dataFolder: folders.data, currentVersion: options.version },
    means: options.updates ?? { type: 'none', reason: 'web' },
    network: () => modelServices.network(),
    isReplying: () =>
      chats.replies().length > 0 || [batch, code, evaluation].some(({ isRunning }) => isRunning),
  })
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
    isSafeMode,
    dataFolder: folders.data,
    hasHubToken: hubToken.read() !== null,
    replies: chats.replies(),
    machine: {
      memoryTotalBytes: totalmem(),
      memoryFreeBytes: freemem(),
      processor: processor?.model.trim() ?? '',
      cores: cpus().length,
    },
  })
  const services = {
    ...{ store, engine, settings, library, models, chats, transfer, events, snapshot, log },
    ...{ adapters, api, batch, code, evaluation, documents, remote, updates, preparation },
    ...modelServices,
  }
  const dispatcher = new AppDispatcher(appHandlers(services), log)

  if (!report.isReadOnly) {
    await library.putDemo(resources.demoModelFolder, 'ChatGLM Desktop Demo')
    await modelServices.conversationCache.takeUp()
  }
  void engine.start().catch((error: unknown) => log.error('the engine did not start', error))
  store.onPurge(() => events.emit({ event: 'chats.changed', payload: { chatIds: null } }))
  const { lastModelId } = settings.read()
  if (lastModelId !== null && !isSafeMode) await models.loadUnlessCrashed(lastModelId)
  if (!report.isReadOnly && !isSafeMode) void takeUpModels(modelServices, models, log)
  if (!isSafeMode) updates.begin()

  api.follow()

  return {
    settings,
    dataFolder: folders.data,
    handle: (request, params, host) => dispatcher.handle(request, params, host),
    subscribe: (listener) => events.subscribe(listener),
    close: async () => {
      await api.close()
      await batch.stop()
      await evaluation.close()
      await code.close()
      updates.close()
      verify.close()
      await devices.close()
      await downloads.close()
      preparation.close()
      await documents.close()
      await chats.close()
      await models.cancel()
      await engine.stop()
      await store.close()
    },
  }
}
