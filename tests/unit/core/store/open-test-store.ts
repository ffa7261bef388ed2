import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Clock } from '../../../../src-main/core/store/clock.ts'
import { Store } from '../../../../src-main/core/store/store.ts'
import { type ChatId, chatId, messageId } from '../../../../src-main/shared/ids.ts'

const folders: string[] = []
const stores: Store[] = []

afterEach(() => {
  for (const store of stores.splice(0)) store.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** The file of a database that is not there yet, where paths are hard. Gone after the test. */
export function newDatabaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  folders.push(folder)
  return join(folder, '对话 数据 😀', 'chats.db')
}

/**
 * Opens a store whose clock advances by a second at each look, unless there is one. Closed after the
 * test.
 */
export async function openTestStore(
  file = newDatabaseFile(),
  start: number | Clock = Date.UTC(2026, 0, 1),
): Promise<Store> {
  let now = typeof start === 'number' ? start : 0
  const store = await Store.open(file, typeof start === 'number' ? () => (now += 1000) : start)
  stores.push(store)
  return store
}

/** Says something in a chat and has it answered. The ids are `q` and `r` with the name. */
export function exchange(store: Store, chat: ChatId, name: string, texts: [string, string]): void {
  const ids = { questionId: messageId(`q${name}`), replyId: messageId(`r${name}`) }
  store.ask('message.append', { chatId: chat, ...ids, text: texts[0], model: 'demo' })
  store.ask('reply.finish', { replyId: ids.replyId, text: texts[1], end: 'done', statistics: null })
}

/** A new chat with an id of its own choosing. */
export function createChat(store: Store, id = 'chat'): ChatId {
  return store.ask('chat.create', { chatId: chatId(id), title: `Title of ${id}` }).id
}
