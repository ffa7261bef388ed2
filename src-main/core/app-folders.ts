import envPaths from 'env-paths'

export interface AppFolders {
  /** What can be made again: converted models, downloads in progress. */
  cache: string
}

/** Where the app keeps its files on this system. `CHATGLM_CACHE_DIR` moves the cache. */
export function appFolders(env: NodeJS.ProcessEnv): AppFolders {
  const system = envPaths('chatglm-desktop', { suffix: '' })
  return { cache: env['CHATGLM_CACHE_DIR'] ?? system.cache }
}
