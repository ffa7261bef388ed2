import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'

/** The checkout. */
export const root = join(import.meta.dirname, '../..')

/** What is built in the checkout and never committed. */
export const outFolder = join(root, 'out')

/** Heavy results, kept across checkouts. Every entry is named by what it was made from. */
export const cacheFolder =
  process.env['CHATGLM_CACHE_DIR'] ?? envPaths('chatglm-desktop', { suffix: '' }).cache

/** `path` for a person: the home folder shortened. */
export const displayPath = (path: string): string => path.replace(homedir(), '~')

/** A system and a processor as Node names them, such as `win32-x64`. */
export const hostPlatform = `${process.platform}-${process.arch}`
