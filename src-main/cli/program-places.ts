import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startStoreThread, type StoreHost } from '../core/store/store-host.ts'

/** Where the program finds what came with it. */
export interface ProgramPlaces {
  engineFile: string
  /** Of an installed engine. */
  engineManifestFile?: string | undefined
  resourcesFolder: string
  /** The folder of the app's `package.json`. */
  appFolder: string
  /** The built page, for a browser. */
  rendererFolder: string
  documentWorker: URL
  startStore: () => StoreHost
}

const executable = process.platform === 'win32' ? 'chatglm-engine.exe' : 'chatglm-engine'

/** The places in a checkout; `CHATGLM_ENGINE` names another engine. */
export function placesInCheckout(env: NodeJS.ProcessEnv): ProgramPlaces {
  const root = join(import.meta.dirname, '../..')
  const core = join(root, 'src-main/core')
  return {
    engineFile: env['CHATGLM_ENGINE'] ?? join(root, 'out/engine/release/bin', executable),
    resourcesFolder: join(root, 'resources'),
    appFolder: root,
    rendererFolder: join(root, 'out/app/renderer'),
    documentWorker: pathToFileURL(join(core, 'documents/document-worker.ts')),
    startStore: () => startStoreThread(pathToFileURL(join(core, 'store/store-worker.ts'))),
  }
}
