import { describe, expect, test } from 'vitest'
import type { StoredDownload } from '../../../../src-main/core/store/download-table.ts'
import type { StoredModel } from '../../../../src-main/core/store/model-table.ts'
import { chatId, downloadId, messageId, modelId } from '../../../../src-main/shared/ids.ts'
import { createChat, exchange, newDatabaseFile, openTestStore } from './open-test-store.ts'

const dayMs = 86_400_000

test('gives a title to a chat that has none, once', async () => {
  const store = await openTestStore()
  const id = chatId('chat')
  store.ask('chat.create', { chatId: id, title: '' })

  expect(store.ask('chat.set_title_if_empty', { chatId: id, title: '天气' })).toBe(true)
  expect(store.ask('chat.set_title_if_empty', { chatId: id, title: 'Other' })).toBe(false)
  expect(store.ask('chat.read', { chatId: id }).title).toBe('天气')
})

test('counts tags outside the trash and lists the chats of one', async () => {
  const store = await openTestStore()
  const [first, second, third] = [
    createChat(store, '1'),
    createChat(store, '2'),
    createChat(store, '3'),
  ]
  store.ask('chat.write_tags', { chatId: first, tags: ['工作', 'Recipes', '工作'] })
  store.ask('chat.write_tags', { chatId: second, tags: ['工作'] })
  store.ask('chat.write_tags', { chatId: third, tags: ['Recipes', '旅行'] })
  store.ask('chat.trash', { chatIds: [third] })

  expect(store.ask('chat.read', { chatId: first }).tags).toEqual(['工作', 'Recipes'])
  expect(store.ask('tag.list', {})).toEqual([
    { tag: '工作', chats: 2 },
    { tag: 'Recipes', chats: 1 },
  ])
  const page = store.ask('chat.list', { view: 'current', limit: 1, tag: '工作' })
  const rest = store.ask('chat.list', {
    view: 'current',
    limit: 1,
    tag: '工作',
    after: page.next,
  })
  expect([...page.chats, ...rest.chats].map(({ id }) => id)).toEqual([second, first])
  expect(rest.next).toBeNull()
})

test('changes all chosen chats or none', async () => {
  const store = await openTestStore()
  const chat = createChat(store)

  expect(() => store.ask('chat.trash', { chatIds: [chat, chatId('none')] })).toThrow(
    expect.objectContaining({ code: 'chat.not_found' }),
  )
  expect(store.ask('chat.read', { chatId: chat }).deletedAtMs).toBeNull()
})

test.each([
  ['天气', ['今天天气']],
  ['气', ['今天天气']],
  ['gre', ['Greek ΟΔΟΣ.ΟΔΟΣ', 'green Tea']],
  ['tea green', ['green Tea']],
  ['οδος', ['Greek ΟΔΟΣ.ΟΔΟΣ']],
  ['ｔｅａ', ['green Tea']],
  ['ree', []],
  ['secret', []],
  ['，', []],
])('finds chats by %s in their titles', async (text, titles) => {
  const store = await openTestStore()
  for (const title of ['今天天气', 'green Tea', 'Greek ΟΔΟΣ.ΟΔΟΣ', 'secret'])
    store.ask('chat.create', { chatId: chatId(title.slice(0, 2)), title })
  store.ask('chat.trash', { chatIds: [chatId('se')] })

  const hits = store.ask('search.find_titles', { text, limit: 9 })

  expect(hits.map(({ chat }) => chat.title)).toEqual(titles)
  for (const { highlights } of hits) expect(highlights).not.toEqual([])
})

test('deletes a message with all below it and shows the newest branch beside it', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['A', 'first'])
  exchange(store, chat, '2', ['凤凰', 'zebrafish'])
  const replyId = messageId('r1b')
  store.ask('message.regenerate', { messageId: messageId('r1'), replyId, model: null })
  store.ask('reply.finish', { replyId, text: 'second', end: 'done', statistics: null })
  store.ask('message.choose', { messageId: messageId('r1') })

  store.ask('message.delete', { messageId: messageId('r1') })

  expect(store.ask('chat.path', { chatId: chat })).toMatchObject([
    { text: 'A' },
    { text: 'second', version: 1, versionCount: 1 },
  ])
  expect(store.ask('search.find', { text: '凤凰', limit: 9 })).toEqual([])
  expect(store.ask('search.find', { text: 'first', limit: 9 })).toEqual([])

  store.ask('message.delete', { messageId: messageId('q1') })
  expect(store.ask('chat.path', { chatId: chat })).toEqual([])
  expect(store.ask('chat.read', { chatId: chat }).activeLeafId).toBeNull()
})

test('goes on after a deleted reply, beside its question', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['A', 'a'])
  exchange(store, chat, '2', ['B', 'b'])

  store.ask('message.delete', { messageId: messageId('r2') })
  expect(store.ask('chat.path', { chatId: chat }).at(-1)).toMatchObject({ text: 'B' })
  exchange(store, chat, '3', ['B2', 'b2'])

  expect(store.ask('chat.path', { chatId: chat })).toMatchObject([
    { text: 'A' },
    { text: 'a' },
    { text: 'B2', version: 2, versionCount: 2 },
    { text: 'b2' },
  ])
})

test('gives a chat that ends in a question whole to another store', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  exchange(store, chat, '1', ['A', 'a'])
  store.ask('message.delete', { messageId: messageId('r1') })
  const chats = store.ask('chat.export', { chatIds: [chat] })

  const other = await openTestStore()
  const outcome = other.ask('chat.import', { chats })

  expect(outcome).toEqual({ chats: 1, messages: 1, skipped: 0, refused: [] })
  expect(other.ask('chat.export', { chatIds: null })).toEqual(chats)
})

test('keeps why a reply failed and what it was sampled with', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  const sampling = { temperature: 0, seed: 7 }
  const failure = { code: 'engine.crashed', message: 'Start the engine again.' }
  store.ask('message.append', { chatId: chat, ...ids, text: 'A', model: 'demo', sampling })

  const end = { text: 'half', end: 'failed', statistics: null, failure } as const
  store.ask('reply.finish', { replyId: ids.replyId, ...end })

  const [question, reply] = store.ask('chat.path', { chatId: chat })
  expect(question).toMatchObject({ sampling: null, failure: null })
  expect(reply).toMatchObject({ sampling, failure, status: 'failed' })
})

test('foresees that a reply ends whose chat is purged', async () => {
  const store = await openTestStore()
  const chat = createChat(store)
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  store.ask('message.append', { chatId: chat, ...ids, text: 'A', model: null })
  store.ask('chat.purge', { chatIds: [chat] })

  const end = { text: 'late', end: 'done', statistics: null } as const
  expect(() => store.ask('reply.finish', { replyId: ids.replyId, ...end })).toThrow(
    expect.objectContaining({ code: 'message.not_writing' }),
  )
})

describe('the trash', () => {
  /** A store whose day is set by hand, with one chat in the trash and one outside it. */
  async function openWithTrash() {
    let day = 20_000
    const store = await openTestStore(newDatabaseFile(), () => day * dayMs)
    createChat(store, 'kept')
    store.ask('chat.trash', { chatIds: [createChat(store, 'old')] })
    const work = async (onDay: number) => {
      day = onDay
      await store.doDailyWork()
      return store.ask('chat.list', { view: 'trash', limit: 9 }).chats.length
    }
    return { store, work }
  }

  test('is emptied after 30 more days on which the app ran', async () => {
    const { store, work } = await openWithTrash()
    for (let day = 20_000; day < 20_030; day += 1) expect(await work(day)).toBe(1)

    expect(await work(20_030)).toBe(0)
    expect(store.ask('chat.read', { chatId: chatId('kept') }).title).toBe('Title of kept')
  })

  test('is not emptied by a clock that jumps, forth or back', async () => {
    const { store, work } = await openWithTrash()
    for (let day = 20_000; day < 20_015; day += 1) await work(day)

    expect(await work(40_000)).toBe(1)
    expect(await work(1)).toBe(1)
    store.ask('chat.trash', { chatIds: [createChat(store, 'while the clock was wrong')] })
    for (let day = 20_015; day < 20_030; day += 1) expect(await work(day)).toBe(2)
  })
})

test('remembers what is on its way', async () => {
  const store = await openTestStore()
  const download: StoredDownload = {
    ...{ id: downloadId('d'), catalogueId: 'chatglm2-6b', convertTo: 'q4_k_m', keepSource: true },
    ...{ addedAtMs: 1, isPaused: false, modelId: null, doneBytes: 5, totalBytes: 9 },
    failure: { code: 'download.no_space', message: 'The disk is full.' },
  }

  store.ask('download.put', { ...download, isPaused: true })
  store.ask('download.put', download)

  expect(store.ask('download.list', {})).toEqual([download])
  store.ask('download.remove', { downloadId: download.id })
  expect(store.ask('download.list', {})).toEqual([])
})

test('remembers models, and which one crashed the engine', async () => {
  const store = await openTestStore()
  const model: StoredModel = {
    ...{ id: modelId('m'), name: '模型', path: '/模型/a b.gguf', kind: 'file', addedAtMs: 1 },
    ...{ convertedFile: null, description: null, crashedAtMs: null, catalogueId: null },
  }

  store.ask('model.put', model)
  store.ask('model.put', { ...model, name: 'Renamed' })
  store.ask('model.mark_crashed', { modelId: model.id, crashedAtMs: 5 })

  expect(store.ask('model.list', {})).toEqual([{ ...model, name: 'Renamed', crashedAtMs: 5 }])
  store.ask('model.remove', { modelId: model.id })
  expect(store.ask('model.list', {})).toEqual([])
})
