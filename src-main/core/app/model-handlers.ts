import type { AppHandlers } from './app-dispatcher.ts'
import type { AppSnapshot } from '../../shared/app-api.ts'
import type { AcceptedLicences } from '../catalogue/accepted-licences.ts'
import type { CatalogueService } from '../catalogue/catalogue-service.ts'
import type { ChatService } from '../chat/chat-service.ts'
import type { ConversationCache } from '../chat/conversation-cache.ts'
import type { CudaPack } from '../devices/cuda-pack.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { BenchmarkService } from '../models/benchmark-service.ts'
import type { FitService } from '../models/fit-service.ts'
import type { HubToken } from '../models/hub-token.ts'
import type { ModelDownloads } from '../models/model-downloads.ts'
import type { ModelLibrary } from '../models/model-library.ts'
import type { ModelService } from '../models/model-service.ts'
import type { StorageService } from '../models/storage-service.ts'
import type { VerifyService } from '../models/verify-service.ts'
import type { RecentLog } from '../recent-log.ts'
import { writeDiagnosis } from './diagnosis.ts'
import type { modelParamsSchemas } from './model-params.ts'

export interface ModelHandlerServices {
  benchmark: BenchmarkService
  catalogue: CatalogueService
  chats: ChatService
  conversationCache: ConversationCache
  cudaPack: CudaPack
  devices: DeviceService
  downloads: ModelDownloads
  engine: EngineProcess
  fit: FitService
  hubToken: HubToken
  library: ModelLibrary
  licences: AcceptedLicences
  models: ModelService
  storage: StorageService
  verify: VerifyService
  snapshot: () => AppSnapshot
  log: RecentLog
}

type ModelRequest = Extract<keyof AppHandlers, keyof typeof modelParamsSchemas>

/** Waits, and answers nothing. */
async function done(work: Promise<unknown>): Promise<null> {
  await work
  return null
}

/** Which service does which request about models, downloads and hardware. */
export function modelHandlers(services: ModelHandlerServices): Pick<AppHandlers, ModelRequest> {
  const { catalogue, chats, devices, downloads, engine, licences, library, models } = services
  return {
    'model.list': () => library.list(),
    'model.open': async ({ path }) => ({ modelId: await models.open(path) }),
    'model.load': ({ modelId }) => done(models.load(modelId)),
    'model.cancel': () => done(models.giveUp()),
    'model.unload': async () => {
      await chats.cancelAll(null)
      return done(models.unload())
    },
    'model.remove': ({ modelId }) => done(models.remove(modelId)),
    'model.details': async ({ modelId }) => {
      const { path, convertedFile } = await library.find(modelId)
      const client = await engine.start()
      return client.request('model.details', { path: convertedFile ?? path })
    },
    'model.verify': ({ modelId }) => services.verify.verify(modelId),
    'model.fit': ({ subject, placement }) => services.fit.report(subject, placement),

    'catalogue.read': async () => ({
      catalogue: await catalogue.read(),
      acceptedLicenceIds: await licences.list(),
    }),
    'licence.accept': ({ licenceId }) => done(licences.accept(licenceId)),
    'download.start': ({ downloadId, choice }) => done(downloads.start(downloadId, choice)),
    'download.list': () => downloads.list(),
    'download.pause': ({ downloadId }) => done(downloads.pause(downloadId)),
    'download.resume': ({ downloadId }) => done(downloads.resume(downloadId)),
    'download.cancel': ({ downloadId }) => done(downloads.cancel(downloadId)),
    'hub_token.write': ({ token }) => done(services.hubToken.write(token)),
    'cache.read': async () => ({ sizeBytes: await services.conversationCache.sizeBytes() }),
    'cache.clear': () => done(services.conversationCache.clear()),
    'storage.read': () => services.storage.read(),
    'storage.move': async ({ folder }) => {
      await chats.cancelAll(null)
      return services.storage.move(folder)
    },
    'storage.cancel_move': () => {
      services.storage.cancelMove()
      return null
    },

    'device.read': () => devices.read(),
    'device.probe': () => done(devices.probe()),
    'device.install_cuda': () => done(services.cudaPack.install()),
    'benchmark.run': () => services.benchmark.run(),
    'benchmark.cancel': () => {
      services.benchmark.cancel()
      return null
    },
    'diagnosis.read': async () => ({
      text: writeDiagnosis({
        snapshot: services.snapshot(),
        devices: devices.read(),
        models: await library.list(),
        log: services.log.lines(),
      }),
    }),
  }
}
