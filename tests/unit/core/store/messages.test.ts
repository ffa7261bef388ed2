import { expect, test } from 'vitest'
import type { Message } from '../../../../src-main/shared/chat.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { createChat, exchange, openTestStore } from './open-test-store.ts'

const statistics = {
  promptTokens: 9,
  reusedTokens: 4,
  restoredTokens: 3,
  restoreMs: 1.5,
  generatedTokens: 2,
  timeToFirstTokenMs: 12.5,
  promptTokensPerSecond: 100,
  tokensPerSecond: 20,
  seed: 42,
}

const texts = (path: Message[]) => path.map(({ text }) => text)

test('commits a question with its empty reply', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const ids = { questionId: messageId('q'), replyId: messageId('r') }

  const added = store.ask('message.append', { chatId: chat, ...ids, text: '你好', model: 'demo' })

  expect(added.reply).toMatchObject({ parentId: 'q', text: '', status: 'writing', model: 'demo' })
  expect(store.ask('chat.path', { chatId: chat })).toEqual([added.question, added.reply])
})

test('opens a chat with its last messages, and says how many come before them', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  expect(store.ask('chat.open', { chatId: chat, last: 3 })).toMatchObject({
    chat: { id: 'chat' },
    messages: [],
    earlierCount: 0,
  })
  for (const name of ['A', 'B', 'C']) exchange(store, chat, name, [name, name.toLowerCase()])
  const path = store.ask('chat.path', { chatId: chat })
  const { activeLeafId } = store.ask('chat.read', { chatId: chat })

  for (const last of [1, 3, 6, 100]) {
    const opened = store.ask('chat.open', { chatId: chat, last })
    expect(opened.messages).toEqual(path.slice(-last))
    expect(opened.earlierCount).toBe(Math.max(0, path.length - last))
    expect(opened.chat.activeLeafId).toBe(activeLeafId)
  }
  expect(texts(path)).toEqual(['A', 'a', 'B', 'b', 'C', 'c'])
})

test('adds neither message when one cannot be added', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const sameId = { questionId: messageId('x'), replyId: messageId('x') }

  expect(() =>
    store.ask('message.append', { chatId: chat, ...sameId, text: 'Hello', model: null }),
  ).toThrow()
  expect(store.ask('chat.path', { chatId: chat })).toEqual([])
  expect(store.ask('search.find', { text: 'Hello', limit: 1 })).toEqual([])
})

test('keeps a reply as it grows and ends', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const replyId = messageId('r')
  const ids = { questionId: messageId('q'), replyId }
  store.ask('message.append', { chatId: chat, ...ids, text: '你好', model: 'demo' })

  store.ask('reply.checkpoint', { replyId, text: '你' })
  expect(store.ask('chat.path', { chatId: chat })[1]).toMatchObject({
    text: '你',
    status: 'writing',
  })

  store.ask('reply.finish', { replyId, text: '你好！', end: 'length', statistics })
  expect(store.ask('chat.path', { chatId: chat })[1]).toMatchObject({
    text: '你好！',
    status: 'length',
    seed: 42,
    statistics,
  })
  expect(() => store.ask('reply.checkpoint', { replyId, text: '' })).toThrow(
    expect.objectContaining({ code: 'message.not_writing' }),
  )
})

test('lets an ended reply be written on', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '', ['Count', 'One two'])
  const replyId = messageId('r')

  store.ask('reply.resume', { replyId })
  store.ask('reply.finish', { replyId, text: 'One two three', end: 'done', statistics: null })

  expect(texts(store.ask('chat.path', { chatId: chat }))).toEqual(['Count', 'One two three'])
  expect(store.ask('search.find', { text: 'two', limit: 9 })).toHaveLength(1)
  expect(store.ask('search.find', { text: 'three', limit: 9 })).toHaveLength(1)
})

test('keeps every version of a question and of a reply', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['A', 'a'])
  exchange(store, chat, '2', ['B', 'b'])

  store.ask('message.regenerate', {
    messageId: messageId('r1'),
    replyId: messageId('r1b'),
    model: 'demo',
  })
  expect(texts(store.ask('chat.path', { chatId: chat }))).toEqual(['A', ''])
  store.ask('message.edit', {
    messageId: messageId('q1'),
    questionId: messageId('q1b'),
    replyId: messageId('r1c'),
    text: 'A2',
    model: 'demo',
  })
  expect(store.ask('chat.path', { chatId: chat })).toMatchObject([
    { text: 'A2', version: 2, versionCount: 2 },
    { text: '', version: 1, versionCount: 1 },
  ])

  store.ask('message.choose', { messageId: messageId('r1') })
  expect(store.ask('chat.path', { chatId: chat })).toMatchObject([
    { text: 'A', version: 1, versionCount: 2 },
    { text: 'a', version: 1, versionCount: 2 },
    { text: 'B', versionCount: 1 },
    { text: 'b', versionCount: 1 },
  ])
  const versions = store.ask('message.versions', { messageId: messageId('q1b') })
  expect(texts(versions)).toEqual(['A', 'A2'])
})

test('goes to the newest end of a branch', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['A', 'a'])
  exchange(store, chat, '2', ['B', 'b'])
  store.ask('message.regenerate', {
    messageId: messageId('r2'),
    replyId: messageId('n'),
    model: null,
  })
  store.ask('message.choose', { messageId: messageId('r2') })

  store.ask('message.choose', { messageId: messageId('q1') })

  expect(store.ask('chat.path', { chatId: chat }).at(-1)).toMatchObject({ id: 'n', version: 2 })
})

test('forks a branch into a chat of its own', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['月亮', 'a'])
  exchange(store, chat, '2', ['B', 'b'])
  store.ask('chat.write_settings', { chatId: chat, settings: { preamble: 'Be brief' } })

  const fork = store.ask('chat.fork', {
    messageId: messageId('r1'),
    chatId: chatId('fork'),
    title: 'Fork',
  })
  exchange(store, fork.id, '3', ['C', 'c'])

  expect(fork.settings).toEqual({ preamble: 'Be brief' })
  expect(texts(store.ask('chat.path', { chatId: fork.id }))).toEqual(['月亮', 'a', 'C', 'c'])
  expect(texts(store.ask('chat.path', { chatId: chat }))).toEqual(['月亮', 'a', 'B', 'b'])
  store.ask('chat.purge', { chatIds: [chat] })
  expect(store.ask('search.find', { text: '月亮', limit: 9 })).toMatchObject([{ chatId: 'fork' }])
})

test('refuses a question below a question or in another chat', async () => {
  const store = await openTestStore()
  const chat = createChat(store, '1')
  const other = createChat(store, '2')
  exchange(store, chat, '', ['A', 'a'])
  const ids = { questionId: messageId('x'), replyId: messageId('y'), text: 'B', model: null }
  const wrongPlace = expect.objectContaining({ code: 'message.wrong_place' }) as Error

  expect(() =>
    store.ask('message.append', { chatId: chat, parentId: messageId('q'), ...ids }),
  ).toThrow(wrongPlace)
  expect(() =>
    store.ask('message.append', { chatId: other, parentId: messageId('r'), ...ids }),
  ).toThrow(wrongPlace)
})

test('marks the replies that a crash left unfinished, with their text', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  store.ask('message.append', { chatId: chat, ...ids, text: 'Sing', model: null })
  store.ask('reply.checkpoint', { replyId: ids.replyId, text: '明月几时有' })
  const { file } = store
  store.close()

  const again = await openTestStore(file)

  expect(again.report.interruptedReplies).toBe(1)
  expect(again.ask('chat.path', { chatId: chat })[1]).toMatchObject({
    text: '明月几时有',
    status: 'interrupted',
  })
  expect(again.ask('search.find', { text: '几时', limit: 1 })).toHaveLength(1)
})
