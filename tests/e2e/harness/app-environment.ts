import { join } from 'node:path'
import { outFolder } from '../../../build/setup/paths.ts'

/** What the app's process gets: its own data, and a cache that all tests share. */
export function appEnvironment(dataFolder: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return {
    ...Object.fromEntries(inherited),
    CHATGLM_DATA_DIR: dataFolder,
    CHATGLM_CACHE_DIR: join(outFolder, 'e2e/cache'),
    CHATGLM_STORE_NODE: process.execPath,
    // With drafts the demo model has counted to the end before a test could stop it.
    CHATGLM_ENGINE_DRAFTS: 'off',
    // The desktop of whoever runs the tests must not change them.
    LANGUAGE: 'en',
    LANG: 'en_US.UTF-8',
  }
}
