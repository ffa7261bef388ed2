import { join } from 'node:path'
import type { AppEventBus } from './app/app-events.ts'
import type { AppFolders } from './app-folders.ts'
import { AcceptedLicences } from './catalogue/accepted-licences.ts'
import { ConversationCache } from './chat/conversation-cache.ts'
import { CatalogueService } from './catalogue/catalogue-service.ts'
import { CudaPack } from './devices/cuda-pack.ts'
import { DeviceService } from './devices/device-service.ts'
import { followDevices } from './devices/follow-devices.ts'
import { demoSelfTest } from './devices/demo-self-test.ts'
import type { NetworkOptions } from './downloads/network.ts'
import { EngineProcess } from './engine/engine-process.ts'
import type { WatchPolicy } from './engine/engine-watch.ts'
import type { Logger } from './logger.ts'
import { BenchmarkService } from './models/benchmark-service.ts'
import { FitService } from './models/fit-service.ts'
import { HubToken } from './models/hub-token.ts'
import { ModelDownloads } from './models/model-downloads.ts'
import { ModelFetcher } from './models/model-fetcher.ts'
import { ModelLibrary } from './models/model-library.ts'
import { ModelService } from './models/model-service.ts'
import { ModelsFolder } from './models/models-folder.ts'
import { PackedWeights } from './models/packed-weights.ts'
import { StorageService } from './models/storage-service.ts'
import { VerifyService } from './models/verify-service.ts'
import type { Resources } from './resources.ts'
import { plainBox, type SecretBox } from './secrets.ts'
import type { SettingsService } from './settings/settings-service.ts'
import type { StoreClient } from './store/store-client.ts'

export interface ModelServicesOptions {
  store: StoreClient
  settings: SettingsService
  events: AppEventBus
  log: Logger
  env: NodeJS.ProcessEnv
  folders: AppFolders
  engineFile: string
  engineManifestFile?: string | undefined
  engineWatch?: WatchPolicy | undefined
  resources: Resources
  secretBox?: SecretBox | undefined
  isSafeMode: boolean
  resolveProxy?: NetworkOptions['resolveProxy']
}

/** Puts together what finds, fetches, fits and loads models. */
export async function createModelServices(options: ModelServicesOptions) {
  const { store, settings, events, log, env, folders, engineFile, resources } = options
  const manifestFile = options.engineManifestFile
  const convertedFolder = join(folders.cache, 'models')
  const packsFolder = join(folders.data, 'packs')
  const catalogue = new CatalogueService(
    resources.catalogueFile,
    join(folders.data, 'catalogue.json'),
    log,
  )
  const folder = new ModelsFolder(folders.data, env)
  await folder.load()
  const hubToken = new HubToken(store, options.secretBox ?? plainBox, env)
  await hubToken.load()
  const devices = new DeviceService({
    ...{ store, settings, events, log, isSafeMode: options.isSafeMode },
    places: { engineFile, manifestFile, packsFolder },
    selfTest: () => demoSelfTest(resources, convertedFolder, () => engine.start()),
  })
  await devices.load()
  const engine: EngineProcess = new EngineProcess({
    program: { file: engineFile, manifestFile, environment: () => devices.engineEnvironment() },
    onLogLine: (line) => log.info(`engine: ${line}`),
    ...(options.engineWatch ? { watch: options.engineWatch } : {}),
  })
  engine.onStateChange((state) => events.emit({ event: 'engine.changed', payload: { state } }))
  const startEngine = () => engine.start()
  const library = new ModelLibrary(store, convertedFolder)
  const fit = new FitService({
    ...{ engine: startEngine, library, catalogue, devices, settings },
    loaded: () => (models.isLoaded() ? models.loaded().loaded : null),
  })
  const conversationCache = new ConversationCache({
    ...{ engine, settings, store, log },
    folder: join(folders.cache, 'conversations'),
  })
  const packedWeights = new PackedWeights({
    ...{ settings, log },
    folder: join(folders.cache, 'weights'),
  })
  const models: ModelService = new ModelService({
    ...{ engine, library, settings, events, log, fit, conversationCache, packedWeights },
    downloadedFolder: () => folder.path(),
  })
  followDevices({ devices, engine, models, settings, log })
  const licences = new AcceptedLicences(store)
  const fetcher = new ModelFetcher({
    ...{ catalogue, folder, engine: startEngine, settings: () => settings.read() },
    ...{ hubToken: () => hubToken.read(), resolveProxy: options.resolveProxy },
  })
  settings.onChange(() => fetcher.applyLimit())
  const downloads = new ModelDownloads({
    ...{ store, catalogue, licences, events, log },
    fetch: async ({ catalogueId, ...choice }, signal, onProgress) =>
      models.welcome(await fetcher.fetch(catalogueId, { choice, signal, onProgress })),
    discard: (choice, keepsFiles) => fetcher.discard(choice, keepsFiles),
  })
  await downloads.load()
  return {
    ...{ engine, library, models, catalogue, licences, folder, hubToken, devices, fit, downloads },
    network: () => fetcher.network(),
    conversationCache,
    cudaPack: new CudaPack({
      ...{ packFile: resources.cudaPackFile, packsFolder, events, devices },
      network: () => fetcher.network(),
    }),
    storage: new StorageService({ folder, downloads, models, packedWeights, events }),
    verify: new VerifyService({ library, packedWeights, events }),
    benchmark: new BenchmarkService(models, () => devices.chosen()),
  }
}

type ModelServices = Awaited<ReturnType<typeof createModelServices>>

/** Probing takes a core for a moment; the first chat comes first. */
const probeDelayMs = 10_000

type LeftBehind = Pick<ModelServices, 'folder' | 'downloads' | 'devices'>

/** Takes up what was left when the app ended: a move of files, downloads, a probe of new modules. */
export async function takeUpModels(
  { folder, downloads, devices }: LeftBehind,
  models: ModelService,
  log: Logger,
): Promise<void> {
  const note = (error: unknown) => log.error('models could not be taken up', error)
  await folder.finishMove().catch(note)
  downloads.begin()
  await models.scan().catch(note)
  await devices.probeIfNew(probeDelayMs).catch(note)
}
