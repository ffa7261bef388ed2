import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../src-main/core/create-app.ts'
import { createApp } from '../../src-main/core/create-app.ts'
import { startStoreThread } from '../../src-main/core/store/store-host.ts'
import { startApiServer } from '../../src-main/http/api/api-server.ts'
import { createAnswerer } from '../../src-main/http/api/create-answerer.ts'
import type {
  AppEvent,
  AppEvents,
  AppParams,
  AppRequest,
  AppResult,
  EventMessage,
} from '../../src-main/shared/app-api.ts'
import { AppError } from '../../src-main/shared/errors.ts'
import { fakeEngineFile, type FakeEngineScript } from './fake-engine-script.ts'
import { until } from './wait.ts'

/** The whole app without windows, with a real store and a fake engine, and who asks it. */
export interface TestApp {
  app: App
  dataFolder: string
  events: EventMessage[]
  ask: <R extends AppRequest>(request: R, params: AppParams<R>) => Promise<AppResult<R>>
  /** Waits for an event that fits, and returns what it tells. */
  waitFor: <E extends AppEvent>(
    event: E,
    fits?: (payload: AppEvents[E]) => boolean,
  ) => Promise<AppEvents[E]>
}

const storeEntry = new URL('../../src-main/core/store/store-worker.ts', import.meta.url)
const documentWorker = new URL('../../src-main/core/documents/document-worker.ts', import.meta.url)
const silentLog = { info: () => undefined, error: () => undefined }

/** A real engine on a machine that does other things, too, takes its time. */
const waitMs = 60_000

/** A file that the fake engine takes for a model. */
export const newDataFolder = (): string =>
  join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), '数据 😀')

/** Starts the app; the caller closes `app`. */
export async function startTestApp(
  script: FakeEngineScript = {},
  dataFolder = newDataFolder(),
  engineFile = fakeEngineFile(script),
): Promise<TestApp> {
  const app = await createApp({
    host: 'web',
    version: '0.0.0',
    systemLocale: 'en-US',
    env: { CHATGLM_DATA_DIR: dataFolder, CHATGLM_CACHE_DIR: join(dataFolder, 'cache') },
    engineFile,
    resourcesFolder: join(import.meta.dirname, '../../resources'),
    startStore: () => startStoreThread(storeEntry),
    documentWorker,
    log: silentLog,
    ...{ listenApi: startApiServer, createAnswerer },
  })
  const events: EventMessage[] = []
  app.subscribe((message) => events.push(message))
  return {
    app,
    dataFolder,
    events,
    ask: async <R extends AppRequest>(request: R, params: AppParams<R>) => {
      const answer = await app.handle(request, params, {})
      if (answer.ok) return answer.value as AppResult<R>
      throw new AppError(answer.error.code, answer.error.message)
    },
    waitFor: async <E extends AppEvent>(
      event: E,
      fits: (payload: AppEvents[E]) => boolean = () => true,
    ) => {
      const find = () =>
        events.find(
          (message): message is Extract<EventMessage, { event: E }> =>
            message.event === event && fits(message.payload as AppEvents[E]),
        )
      await until(() => find() !== undefined, waitMs)
      return find()?.payload as AppEvents[E]
    },
  }
}
