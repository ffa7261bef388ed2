import { z } from 'zod'
import { chatId, type ChatId } from '../shared/ids.ts'

/** What a `chatglm:` link from outside may ask of the app. None of it sends or runs anything. */
export type AppLink =
  { type: 'new_chat'; text: string } | { type: 'open_chat'; chatId: ChatId } | { type: 'ignored' }

const longestLink = 16_384
const longestText = 4096

const newChat = z.object({
  protocol: z.literal('chatglm:'),
  host: z.literal('new'),
  pathname: z.enum(['', '/']),
  text: z.string().max(longestText),
})

const openChat = z.object({
  protocol: z.literal('chatglm:'),
  host: z.literal('chat'),
  pathname: z.string().regex(/^\/[\w-]{1,64}$/),
})

/** Reads `chatglm://new?text=…` and `chatglm://chat/ID`; every other address is ignored. */
export function parseAppLink(address: string): AppLink {
  if (address.length > longestLink || !URL.canParse(address)) return { type: 'ignored' }
  const { protocol, host, pathname, searchParams } = new URL(address)
  const text = searchParams.get('text') ?? ''
  const asked = newChat.safeParse({ protocol, host, pathname, text })
  if (asked.success) return { type: 'new_chat', text }
  if (!openChat.safeParse({ protocol, host, pathname }).success) return { type: 'ignored' }
  return { type: 'open_chat', chatId: chatId(pathname.slice(1)) }
}
