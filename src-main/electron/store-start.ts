import { pathToFileURL } from 'node:url'
import { startStoreProcess, startStoreThread, type StoreHost } from '../core/store/store-host.ts'

/** SQLite's addon needs the Node-API that came with it. */
const oldestNodeForStore = 22

/**
 * Starts the store in a thread of the main process; under an older Electron as a process of the
 * Node that `CHATGLM_STORE_NODE` names.
 */
export function startStore(entryFile: string, env: NodeJS.ProcessEnv): StoreHost {
  const isNewEnough = Number(process.versions.node.split('.')[0]) >= oldestNodeForStore
  if (isNewEnough) return startStoreThread(pathToFileURL(entryFile))
  // That Node reads no archive; what it needs is unpacked beside it.
  const readableFile = entryFile.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked')
  return startStoreProcess(pathToFileURL(readableFile), env['CHATGLM_STORE_NODE'])
}
