import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { newDataFolder, startTestApp, type TestApp } from '../../../fakes/test-app.ts'
import { until } from '../../../fakes/wait.ts'
import { Store } from '../../../../src-main/core/store/store.ts'
import { chatId, messageId, modelId } from '../../../../src-main/shared/ids.ts'

const chat = chatId('chat')
const messages = [
  { role: 'user', content: 'Count' },
  { role: 'assistant', content: 'One two' },
]

let fixture: TestApp
let requestLog: string
let folder: string

const requests = () =>
  existsSync(requestLog) ? readFileSync(requestLog, 'utf8').trimEnd().split('\n') : []
const asked = (method: string) => requests().filter((line) => line.startsWith(`${method} `))

async function startWithChat(): Promise<void> {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { recursive: true })
  requestLog = join(dataFolder, 'requests')
  folder = join(dataFolder, 'cache', 'conversations')
  fixture = await startTestApp({ reply: ['One', ' two'], requestLog }, dataFolder)
  await fixture.ask('chat.create', { chatId: chat })
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  const ids = { questionId: messageId('q1'), replyId: messageId('r1') }
  await fixture.ask('chat.send', { chatId: chat, ...ids, text: 'Count' })
  await fixture.waitFor('reply.finished')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'a.block'), 'kept')
}

afterEach(() => fixture.app.close())

test('tells the engine where to keep what it has read, and how much', async () => {
  await startWithChat()
  const [load = ''] = asked('model.load')
  expect(JSON.parse(load.slice('model.load '.length))).toMatchObject({
    conversationCache: { folder, limitBytes: 4 * 1024 ** 3 },
  })
  await fixture.ask('settings.write', { changes: { conversationCacheBytes: 0 } })
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await until(() => asked('model.load').length === 2)
  expect(asked('model.load')[1]).not.toContain('conversationCache')
})

test('has the chat that is opened made ready', async () => {
  await startWithChat()
  await fixture.ask('chat.open', { chatId: chat, last: 10 })
  await until(() => asked('chat.prepare').length === 1)
  expect(asked('chat.prepare')).toEqual([`chat.prepare ${JSON.stringify({ messages })}`])
})

test('keeps nothing after a chat or a message was deleted for good', async () => {
  await startWithChat()
  expect(await fixture.ask('cache.read', {})).toEqual({ sizeBytes: 4 })
  await fixture.ask('message.delete', { messageId: messageId('r1') })
  expect(await fixture.ask('cache.read', {})).toEqual({ sizeBytes: 0 })
  await fixture.ask('chat.trash', { chatIds: [chat] })
  expect(asked('cache.clear')).toHaveLength(1)
  await fixture.ask('chat.purge', { chatIds: [chat] })
  await fixture.ask('chat.empty_trash', {})
  expect(asked('cache.clear')).toHaveLength(2)
  expect(existsSync(folder)).toBe(false)
})

test('keeps nothing once the setting says so', async () => {
  await startWithChat()
  await fixture.ask('settings.write', { changes: { conversationCacheBytes: 0 } })
  await until(() => !existsSync(folder))
  expect(asked('cache.clear')).toEqual(['cache.clear {"keepNothing":true}'])
})

/** What was deleted is noted before the cache is cleared, so an end of the app in between is one. */
test('keeps nothing of chats that were purged when the app ended, or by their time in the trash', async () => {
  await startWithChat()
  await fixture.app.close()
  const file = join(fixture.dataFolder, 'chats.db')
  const store = await Store.open(file)
  store.ask('chat.purge', { chatIds: [chat] })
  store.close()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'a.block'), 'kept')

  fixture = await startTestApp({ requestLog }, fixture.dataFolder)
  expect(existsSync(folder)).toBe(false)

  await fixture.app.close()
  writeOldTrash(await Store.open(file))
  mkdirSync(folder)
  fixture = await startTestApp({ requestLog }, fixture.dataFolder)
  expect(existsSync(folder)).toBe(true)
  await fixture.waitFor('chats.changed')
  await until(() => !existsSync(folder))
})

/** A chat in the trash whose time is over with the next day of use. */
function writeOldTrash(store: Store): void {
  store.ask('chat.create', { chatId: chat, title: 'old' })
  store.ask('chat.trash', { chatIds: [chat] })
  const days = Array.from({ length: 30 }, (_, index) => Date.now() + (index + 1) * 86_400_000)
  store.ask('settings.write', { key: 'store.days_of_use', value: days })
  store.close()
}
