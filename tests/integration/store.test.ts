import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import { startStoreProcess, startStoreThread } from '../../src-main/core/store/store-host.ts'
import { chatId, messageId } from '../../src-main/shared/ids.ts'
import { until } from '../fakes/wait.ts'

const entry = new URL('../../src-main/core/store/store-worker.ts', import.meta.url)

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  file = join(folder, '我的 对话 😀', 'chats.db')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe.each([
  ['a thread', startStoreThread],
  ['a process', startStoreProcess],
])('a store in %s', (_, start) => {
  test('keeps what it was told until the next start', async () => {
    const chat = chatId('chat')
    const ids = { questionId: messageId('q'), replyId: messageId('r') }
    const first = await StoreClient.open(start(entry), file)
    await first.store.ask('chat.create', { chatId: chat, title: '天气' })
    const written = [
      first.store.ask('message.append', { chatId: chat, ...ids, text: '你好', model: null }),
      first.store.ask('reply.checkpoint', { replyId: ids.replyId, text: '你' }),
    ]
    await first.store.close()
    await Promise.all(written)

    const { store, report } = await StoreClient.open(start(entry), file)

    expect(report).toEqual({ isReadOnly: false, interruptedReplies: 1, recovery: null })
    expect(await store.ask('chat.path', { chatId: chat })).toMatchObject([
      { text: '你好', status: 'done' },
      { text: '你', status: 'interrupted' },
    ])
    await store.close()
    await store.close()
  })

  test('passes on what went wrong', async () => {
    const { store } = await StoreClient.open(start(entry), file)

    await expect(store.ask('chat.read', { chatId: chatId('none') })).rejects.toMatchObject({
      name: 'AppError',
      code: 'chat.not_found',
    })
    await store.close()
    await expect(store.ask('settings.read', {})).rejects.toMatchObject({ code: 'store.ended' })
  })

  test('says why it cannot open', async () => {
    writeFileSync(join(folder, 'taken'), '')

    await expect(
      StoreClient.open(start(entry), join(folder, 'taken/chats.db')),
    ).rejects.toMatchObject({
      code: 'store.not_openable',
    })
  })

  test('makes a backup at the start of the day', async () => {
    const { store } = await StoreClient.open(start(entry), file)
    const day = new Date().toISOString().slice(0, 10)

    await until(() => existsSync(join(file, `../backups/daily-${day}.db`)))
    await store.close()
  })
})
