import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { backupFolder } from '../../../src-main/core/store/backups.ts'
import { isSound, openToRead } from '../../../src-main/core/store/database-file.ts'
import type { Store } from '../../../src-main/core/store/store.ts'
import { type ChatId, chatId, messageId } from '../../../src-main/shared/ids.ts'

/** One thing that is asked of a store, and how to see later that it was kept. */
export interface StoreStep {
  name: string
  run(store: Store): unknown
  isKept(store: Store): boolean
}

/** A store that is there before anything fails has chats with these ids and two messages each. */
export const chatsBefore = 20
const chat = chatId('new')
const long = '一字一句地写下去。'.repeat(400)

const textsOf = (store: Store, id: ChatId): string[] =>
  store.ask('chat.path', { chatId: id }).map(({ text }) => text)

const ids = (n: number) => ({ questionId: messageId(`q${n}`), replyId: messageId(`r${n}`) })

const append = (n: number): StoreStep => ({
  name: `message ${n}`,
  run: (store) =>
    store.ask('message.append', {
      chatId: chat,
      ...ids(n),
      text: `第 ${n} 问 ${long}`,
      model: null,
    }),
  isKept: (store) => textsOf(store, chat).includes(`第 ${n} 问 ${long}`),
})

const finish = (n: number): StoreStep => ({
  name: `reply ${n}`,
  run(store) {
    const end = { text: `第 ${n} 答 ${long}`, end: 'done', statistics: null } as const
    store.ask('reply.finish', { replyId: ids(n).replyId, ...end })
  },
  isKept: (store) => textsOf(store, chat).includes(`第 ${n} 答 ${long}`),
})

/** Whether every backup is whole; an unfinished one has another name. */
export function areBackupsSound(file: string): boolean {
  const folder = backupFolder(file)
  if (!existsSync(folder)) return true
  const names = readdirSync(folder).filter((name) => name.endsWith('.db'))
  return names.every((name) => {
    const db = openToRead(join(folder, name))
    try {
      return isSound(db, 'full')
    } finally {
      db.close()
    }
  })
}

/** A bit of everything that writes. */
export const storeSteps: StoreStep[] = [
  {
    name: 'create',
    run: (store) => store.ask('chat.create', { chatId: chat, title: 'New' }),
    isKept: (store) => store.ask('chat.read', { chatId: chat }).title !== '',
  },
  append(1),
  {
    name: 'checkpoint',
    run: (store) => store.ask('reply.checkpoint', { replyId: ids(1).replyId, text: '第 1 答' }),
    isKept: (store) => textsOf(store, chat).some((text) => text.startsWith('第 1 答')),
  },
  finish(1),
  {
    name: 'setting',
    run: (store) => store.ask('settings.write', { key: 'k', value: long }),
    isKept: (store) => store.ask('settings.read', {})['k'] === long,
  },
  ...[2, 3, 4].flatMap((n) => [append(n), finish(n)]),
  {
    name: 'purge',
    run: (store) => store.ask('chat.purge', { chatIds: [chatId('chat-19')] }),
    isKept: (store) =>
      !store.ask('chat.export', { chatIds: null }).some(({ id }) => id === 'chat-19'),
  },
  {
    name: 'backup',
    run: (store) => store.backUpDaily(),
    isKept: (store) =>
      readdirSync(backupFolder(store.file)).some((name) => /^daily-.*\.db$/.test(name)),
  },
]
