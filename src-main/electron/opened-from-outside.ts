import { extname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chatFileExtension } from '../shared/transfer.ts'
import { parseAppLink, type AppLink } from './app-link.ts'

/** What the system hands the app: a link, or a file that a person opened with it. */
export type OpenedFromOutside =
  AppLink | { type: 'open_model'; path: string } | { type: 'open_chats'; path: string }

const longestPath = 4096

/** What opening a file means. Only a model or exported chats are taken up, and only read. */
export function openedFile(path: string): OpenedFromOutside {
  const isPath = path.length <= longestPath && !path.includes('\0') && isAbsolute(path)
  if (!isPath) return { type: 'ignored' }
  switch (extname(path).toLowerCase()) {
    case '.gguf':
      return { type: 'open_model', path }
    case `.${chatFileExtension}`:
      return { type: 'open_chats', path }
    default:
      return { type: 'ignored' }
  }
}

/** Linux hands files over as addresses, since the entry in its menu takes links, too. */
function pathOf(argument: string, folder: string): string {
  if (!argument.startsWith('file:')) return resolve(folder, argument)
  try {
    return fileURLToPath(argument)
  } catch {
    return '' // of another computer, or none
  }
}

/**
 * Reads the arguments of a start, or of a second start that the first one is told of. They come
 * from anyone: whatever is not a link or one of those files means nothing. `folder` is where relative
 * paths begin.
 */
export function openedByArguments(argv: string[], folder: string): OpenedFromOutside {
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue
    const opened = argument.startsWith('chatglm:')
      ? parseAppLink(argument)
      : openedFile(pathOf(argument, folder))
    if (opened.type !== 'ignored') return opened
  }
  return { type: 'ignored' }
}
