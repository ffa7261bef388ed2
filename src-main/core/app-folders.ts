import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'

/** A file of this name beside the program keeps all its data there, on a stick for example. */
export const portableMarker = 'chatglm-portable'

export interface AppFolders {
  /** Chats, settings and their backups: what must never be lost. */
  data: string
  /** What can be made again: converted models, downloads in progress. */
  cache: string
}

/** An empty variable is none. */
const given = (value: string | undefined) => (value === '' ? undefined : value)

/**
 * Where the app keeps its files on this system. `CHATGLM_DATA_DIR` and `CHATGLM_CACHE_DIR` move
 * them; the marker beside `programFile` makes the app portable.
 */
export function appFolders(env: NodeJS.ProcessEnv, programFile?: string): AppFolders {
  const beside = programFile === undefined ? undefined : dirname(programFile)
  const isPortable = beside !== undefined && existsSync(join(beside, portableMarker))
  const system = isPortable
    ? { data: join(beside, 'data'), cache: join(beside, 'cache') }
    : envPaths('chatglm-desktop', { suffix: '' })
  return {
    data: given(env['CHATGLM_DATA_DIR']) ?? system.data,
    cache: given(env['CHATGLM_CACHE_DIR']) ?? system.cache,
  }
}
