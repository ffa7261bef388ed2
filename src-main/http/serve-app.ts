import { createApp } from '../core/create-app.ts'
import type { Logger } from '../core/logger.ts'
import type { StoreHost } from '../core/store/store-host.ts'
import { startApiServer } from './api/api-server.ts'
import { createAnswerer } from './api/create-answerer.ts'
import { startWebServer } from './web-server.ts'

/** What the app is made of when a browser shows it. */
export interface WebApp {
  version: string
  engineFile: string
  /** Of an installed engine. */
  engineManifestFile?: string | undefined
  resourcesFolder: string
  /** The built page. */
  rendererFolder: string
  startStore: () => StoreHost
  documentWorker: URL
}

export interface ServedApp {
  /** For a browser on this computer; holds the token. */
  address: string
  close(): Promise<void>
}

/**
 * Runs the whole app and serves its page to a browser on this computer, at `port` or any that is free
 * (0). Throws AppError: the chats are open elsewhere, or the port is taken.
 */
export async function serveApp(
  { rendererFolder, ...parts }: WebApp,
  { env, port, log }: { env: NodeJS.ProcessEnv; port: number; log: Logger },
): Promise<ServedApp> {
  const app = await createApp({
    ...parts,
    ...{ host: 'web', env, log, listenApi: startApiServer, createAnswerer },
    systemLocale: Intl.DateTimeFormat().resolvedOptions().locale,
  })
  try {
    const web = await startWebServer({ server: app, rendererFolder, port })
    return {
      address: web.address,
      close: async () => {
        await web.close()
        await app.close()
      },
    }
  } catch (error) {
    await app.close()
    throw error
  }
}
