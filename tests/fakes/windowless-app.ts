import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type App, type AppOptions, createApp } from '../../src-main/core/create-app.ts'
import { startStoreProcess } from '../../src-main/core/store/store-host.ts'
import type { AppParams, AppRequest } from '../../src-main/shared/app-api.ts'

/** What a host without a window is started with: `DATA ENGINE RESOURCES STORE`, and what it likes. */
const [dataFolder = '', engineFile = '', resourcesFolder = '', storeFile = '', ...more] =
  process.argv.slice(2)

export { dataFolder, more }

/** Writes a line for the test that reads; at once, so that nothing is told later than it was known. */
export const tell = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`)

/** The app with its store and its engine in processes of their own. */
export async function openWindowless(
  options: Pick<AppOptions, 'log'> & Partial<AppOptions>,
): Promise<{ app: App; storeProcess: number | undefined }> {
  let storeProcess: number | undefined
  const app = await createApp({
    host: 'web',
    version: '0.0.0',
    systemLocale: 'en',
    env: { CHATGLM_DATA_DIR: dataFolder, CHATGLM_CACHE_DIR: `${dataFolder}/cache` },
    ...{ engineFile, resourcesFolder },
    startStore: () => {
      const host = startStoreProcess(pathToFileURL(storeFile))
      storeProcess = host.processId
      return host
    },
    documentWorker: pathToFileURL(storeFile), // no document is read
    ...options,
  })
  return { app, storeProcess }
}

/** Asks the app for what must succeed. */
export async function askApp<R extends AppRequest>(
  app: App,
  request: R,
  params: AppParams<R>,
): Promise<void> {
  const answer = await app.handle(request, params, {})
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
}
