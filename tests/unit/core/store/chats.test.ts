import { expect, test } from 'vitest'
import type { ChatCursor, ChatPage } from '../../../../src-main/shared/chat.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { createChat, exchange, newDatabaseFile, openTestStore } from './open-test-store.ts'

const listed = (page: { chats: { id: string }[] }) => page.chats.map(({ id }) => id)

test('lists pinned chats first, then by the last message', async () => {
  const store = await openTestStore()
  const [first, second, third] = [
    createChat(store, '1'),
    createChat(store, '2'),
    createChat(store, '3'),
  ]
  exchange(store, second, 'x', ['Hello', 'Hi'])
  store.ask('chat.pin', { chatIds: [first], isPinned: true })

  const page = store.ask('chat.list', { view: 'current', limit: 10 })

  expect(listed(page)).toEqual([first, second, third])
  expect(page.next).toBeNull()
})

test('lists each chat once over all pages', async () => {
  const store = await openTestStore()
  for (let n = 0; n < 25; n += 1) {
    const id = createChat(store, String(n))
    if (n % 9 === 0) store.ask('chat.pin', { chatIds: [id], isPinned: true })
  }
  const whole = listed(store.ask('chat.list', { view: 'current', limit: 100 }))

  const pages: string[] = []
  let after: ChatCursor | null = null
  do {
    const page: ChatPage = store.ask('chat.list', { view: 'current', limit: 4, after })
    pages.push(...listed(page))
    after = page.next
  } while (after)

  expect(pages).toEqual(whole)
  expect(new Set(pages).size).toBe(25)
})

test('shows a chat in one view at a time', async () => {
  const store = await openTestStore()
  const id = createChat(store)
  const views = () =>
    (['current', 'archived', 'trash'] as const).filter(
      (view) => store.ask('chat.list', { view, limit: 10 }).chats.length > 0,
    )

  expect(views()).toEqual(['current'])
  store.ask('chat.archive', { chatIds: [id], isArchived: true })
  expect(views()).toEqual(['archived'])
  store.ask('chat.trash', { chatIds: [id] })
  expect(views()).toEqual(['trash'])
  store.ask('chat.restore', { chatIds: [id] })
  expect(views()).toEqual(['archived'])
})

test('keeps the name, settings and draft of a chat', async () => {
  const store = await openTestStore()
  const id = createChat(store)
  const settings = { sampling: { temperature: 0.5, seed: 7 }, preamble: '你是诗人' }

  store.ask('chat.rename', { chatId: id, title: '诗' })
  store.ask('chat.write_settings', { chatId: id, settings })
  store.ask('chat.write_draft', { chatId: id, text: '写一首' })

  expect(store.ask('chat.read', { chatId: id })).toMatchObject({
    title: '诗',
    settings,
    draft: '写一首',
  })
  store.ask('chat.write_draft', { chatId: id, text: '' })
  expect(store.ask('chat.read', { chatId: id }).draft).toBe('')
})

test('refuses settings that the engine would refuse', async () => {
  const store = await openTestStore()
  const id = createChat(store)
  const settings = { sampling: { temperature: -1 } }

  expect(() => store.ask('chat.write_settings', { chatId: id, settings })).toThrow()
})

test('says so when a chat is gone', async () => {
  const store = await openTestStore()

  expect(() => store.ask('chat.rename', { chatId: chatId('none'), title: '' })).toThrow(
    expect.objectContaining({ code: 'chat.not_found' }),
  )
})

test('empties the trash of what was put there before a time', async () => {
  const store = await openTestStore()
  const [old, young, kept] = [
    createChat(store, '1'),
    createChat(store, '2'),
    createChat(store, '3'),
  ]
  store.ask('chat.trash', { chatIds: [old] })
  store.ask('chat.trash', { chatIds: [young] })
  const trashedBeforeMs = store.ask('chat.read', { chatId: young }).deletedAtMs ?? 0

  expect(store.ask('chat.empty_trash', { trashedBeforeMs })).toBe(1)
  expect(listed(store.ask('chat.list', { view: 'trash', limit: 9 }))).toEqual([young])
  expect(listed(store.ask('chat.list', { view: 'current', limit: 9 }))).toEqual([kept])
})

test('purges a chat of 2,500 messages', async () => {
  const file = newDatabaseFile()
  const texts = Array.from({ length: 2500 }, () => '问题')
  buildDatabase(file, 20, (db) => insertChat(db, 'long', texts))
  const store = await openTestStore(file)
  const id = chatId('long')
  expect(store.ask('chat.path', { chatId: id })).toHaveLength(2500)
  expect(store.ask('search.find', { text: '问题', limit: 5 })).toHaveLength(5)

  store.ask('chat.purge', { chatIds: [id] })

  expect(store.ask('message.path', { messageId: messageId('long-1') })).toEqual([])
  expect(store.ask('search.find', { text: '问题', limit: 5 })).toEqual([])
})

test('keeps settings as the JSON they are', async () => {
  const store = await openTestStore()
  store.ask('settings.write', { key: 'theme', value: 'dark' })
  store.ask('settings.write', { key: 'window', value: { width: 800, tags: [1, null] } })
  store.ask('settings.write', { key: 'theme', value: 'light' })

  expect(store.ask('settings.read', {})).toEqual({
    theme: 'light',
    window: { width: 800, tags: [1, null] },
  })
})
