import { isAbsolute, resolve } from 'node:path'
import { parseAppLink, type AppLink } from './app-link.ts'

/** What the system hands the app: a link, or a file that a person opened with it. */
export type OpenedFromOutside = AppLink | { type: 'open_model'; path: string }

const longestPath = 4096

/** What opening a file means. Only a model is taken up, and it is only read. */
export function openedFile(path: string): OpenedFromOutside {
  const isModel = path.length <= longestPath && /\.gguf$/i.test(path) && !path.includes('\0')
  return isModel && isAbsolute(path) ? { type: 'open_model', path } : { type: 'ignored' }
}

/**
 * Reads the arguments of a start, or of a second start that the first one is told of. They come
 * from anyone: whatever is not a link or a model's file means nothing. `folder` is where relative
 * paths begin.
 */
export function openedByArguments(argv: string[], folder: string): OpenedFromOutside {
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue
    const opened = argument.startsWith('chatglm:')
      ? parseAppLink(argument)
      : openedFile(resolve(folder, argument))
    if (opened.type !== 'ignored') return opened
  }
  return { type: 'ignored' }
}
