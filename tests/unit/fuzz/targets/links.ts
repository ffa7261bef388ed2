import { basename, isAbsolute } from 'node:path'
import { parseAppLink } from '../../../../src-main/electron/app-link.ts'
import { openedByArguments } from '../../../../src-main/electron/opened-from-outside.ts'
import { must } from './must.ts'

/** Opens what stands in an argument of a start. Says what that was; throws when it must not be so. */
export function open(data: Uint8Array): string {
  const argument = Buffer.from(data).toString('utf8')
  const opened = openedByArguments(['chatglm', argument], '/folder')
  switch (opened.type) {
    case 'new_chat':
      must(argument.startsWith('chatglm:') && opened.text.length <= 4096, opened)
      must(opened.text === textOf(`chatglm://new?text=${encodeURIComponent(opened.text)}`), opened)
      break
    case 'open_chat':
      must(argument.startsWith('chatglm:') && /^[\w-]{1,64}$/.test(opened.chatId), opened)
      break
    case 'open_model':
      must(isOneFile(opened.path) && /\.gguf$/i.test(opened.path), opened)
      break
    case 'open_chats':
      must(isOneFile(opened.path) && /\.chatglm$/i.test(opened.path), opened)
      break
    case 'ignored':
  }
  return opened.type
}

const isOneFile = (path: string): boolean =>
  isAbsolute(path) && !path.includes('\0') && path.length <= 4096 && basename(path) !== ''

function textOf(link: string): string | null {
  const opened = parseAppLink(link)
  return opened.type === 'new_chat' ? opened.text : null
}

/** For libFuzzer. */
export const fuzz = (data: Uint8Array): void => void open(data)
