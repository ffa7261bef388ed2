import type { Chat, ChatSettings, Message } from '../../shared/chat.ts'

/**
 * What a chat is set to, but for the adapter: a reply that is written on keeps what it was begun
 * with, whatever was chosen since.
 */
export function replySettings({ settings }: Chat, reply: Message): ChatSettings {
  const own = { ...settings }
  delete own.adapter
  return reply.adapter ? { ...own, adapter: reply.adapter } : own
}
