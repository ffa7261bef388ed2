import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineErrorCodes } from '../../../../src-main/shared/engine-error-codes.ts'
import { chatId, messageId, modelId } from '../../../../src-main/shared/ids.ts'
import type { FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { newDataFolder, startTestApp, type TestApp } from '../../../fakes/test-app.ts'

const chat = chatId('chat')
const ids = (name: string) => ({
  questionId: messageId(`q${name}`),
  replyId: messageId(`r${name}`),
})

let fixture: TestApp
let requestLog: string

async function start(script: FakeEngineScript = {}, dataFolder?: string): Promise<void> {
  requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'requests')
  fixture = await startTestApp({ requestLog, ...script }, dataFolder)
}

async function loadDemo(): Promise<void> {
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
}

afterEach(() => fixture.app.close())

const filesKept = () => readdirSync(join(fixture.dataFolder, 'adapters'))
const finished = (name: string) =>
  fixture.waitFor('reply.finished', ({ message }) => message.id === `r${name}`)

/** The adapters that the engine was asked with, in their order. */
const askedWith = (method: string): unknown[] =>
  readFileSync(requestLog, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${method} `))
    .map((line) => (JSON.parse(line.slice(method.length + 1)) as { adapter?: unknown }).adapter)

describe('the list of adapters', () => {
  beforeEach(() => start())

  test('keeps what was converted, over a restart, each once', async () => {
    const lora = await fixture.ask('adapter.add', { path: '/训练/poems' })
    const prefix = await fixture.ask('adapter.add', { path: '/训练/prefix/checkpoint-9' })
    const again = await fixture.ask('adapter.add', { path: '/训练/poems' })

    expect(again).toEqual(lora)
    expect(lora).toMatchObject({ name: 'poems', description: { type: 'lora', rank: 4 } })
    expect(prefix).toMatchObject({
      name: 'prefix/checkpoint-9',
      description: { type: 'prefix', prefixLength: 8 },
    })
    expect(filesKept().sort()).toEqual([lora.id, prefix.id].sort())
    expect(await fixture.ask('model.list', {})).toHaveLength(1)
    const { adapters } = await fixture.waitFor(
      'adapters.changed',
      (changed) => changed.adapters.length === 2,
    )
    expect(adapters).toEqual([lora, prefix])

    await fixture.app.close()
    await start({}, fixture.dataFolder)
    expect(await fixture.ask('adapter.list', {})).toEqual([lora, prefix])
  })

  test('forgets one, with its file', async () => {
    const { id } = await fixture.ask('adapter.add', { path: '/poems' })
    await fixture.ask('adapter.remove', { adapterId: id })
    expect(await fixture.ask('adapter.list', {})).toEqual([])
    expect(filesKept()).toEqual([])
  })

  test('leaves out one whose file somebody has deleted, until it is added again', async () => {
    const { id } = await fixture.ask('adapter.add', { path: '/poems' })
    rmSync(join(fixture.dataFolder, 'adapters', id, 'poems.gguf'))
    expect(await fixture.ask('adapter.list', {})).toEqual([])
    await fixture.ask('adapter.add', { path: '/poems' })
    expect(await fixture.ask('adapter.list', {})).toMatchObject([{ id }])
  })
})

test('what cannot be converted is refused with the reason and leaves nothing', async () => {
  const code = engineErrorCodes.unsupported_conversion
  await start({ errors: { 'adapter.convert': { code, message: '/x holds no adapter.' } } })
  const added = fixture.ask('adapter.add', { path: '/x' })
  await expect(added).rejects.toMatchObject({
    code: 'engine.unsupported_conversion',
    message: '/x holds no adapter.',
  })
  expect(await fixture.ask('adapter.list', {})).toEqual([])
  expect(filesKept()).toEqual([])
})

describe('a chat with an adapter', () => {
  const question = { ...ids('1'), text: 'hello' }

  async function choose(path: string, scale: number) {
    const { id, name } = await fixture.ask('adapter.add', { path })
    const adapter = { adapterId: id, name, scale }
    await fixture.ask('chat.write_settings', { chatId: chat, settings: { adapter } })
    const file = join(fixture.dataFolder, 'adapters', id, `${name}.gguf`)
    return { adapter, file }
  }

  test('is counted and answered with it in every way, and says so', async () => {
    await start()
    await loadDemo()
    await fixture.ask('chat.create', { chatId: chat })
    const { adapter, file } = await choose('/poems', 0.5)
    const used = { path: file, scale: 0.5 }
    expect(askedWith('adapter.check')).toEqual([used])

    await fixture.ask('chat.send', { chatId: chat, ...question })
    await finished('1')
    await fixture.ask('chat.regenerate', { messageId: messageId('r1'), replyId: messageId('r2') })
    await finished('2')
    await fixture.ask('chat.edit', { messageId: messageId('q1'), ...ids('3'), text: 'again' })
    await finished('3')
    await fixture.ask('chat.fork', { messageId: messageId('r3'), chatId: chatId('fork') })
    await fixture.ask('chat.send', { chatId: chatId('fork'), ...ids('4'), text: 'more' })
    await finished('4')
    await fixture.ask('chat.open', { chatId: chatId('fork'), last: 10 })
    await fixture.ask('chat.count_context', { chatId: chat, text: 'x' })

    const path = await fixture.ask('chat.path', { chatId: chatId('fork') })
    expect(path.map((message) => message.adapter)).toEqual([undefined, adapter, undefined, adapter])
    expect(askedWith('chat.generate')).toEqual([used, used, used, used])
    expect(new Set(askedWith('chat.count').map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(used)]),
    )
    expect(askedWith('chat.prepare').at(-1)).toEqual(used)
  })

  test('goes on with what a reply was begun with', async () => {
    await start()
    await loadDemo()
    await fixture.ask('chat.create', { chatId: chat })
    const { file } = await choose('/prefix', 1)
    await fixture.ask('chat.send', { chatId: chat, ...question })
    await finished('1')
    await fixture.ask('chat.write_settings', { chatId: chat, settings: {} })
    fixture.events.length = 0
    await fixture.ask('chat.continue', { replyId: messageId('r1') })
    await finished('1')
    // A prefix has no strength that could be told.
    expect(askedWith('chat.generate')).toEqual([{ path: file }, { path: file }])
  })

  test('does not take one that does not fit the loaded model', async () => {
    const message = '/poems was trained for another network.'
    const code = engineErrorCodes.unsupported_conversion
    await start({ errors: { 'adapter.check': { code, message } } })
    await fixture.ask('chat.create', { chatId: chat })
    const { adapter } = await choose('/poems', 1) // nothing is loaded: it is seen later
    await fixture.ask('chat.write_settings', { chatId: chat, settings: {} })
    await loadDemo()
    const settings = { preamble: 'Be brief.', adapter }
    const written = fixture.ask('chat.write_settings', { chatId: chat, settings })
    await expect(written).rejects.toMatchObject({ message })
    expect((await fixture.ask('chat.read', { chatId: chat })).settings).toEqual({})
  })

  test('new chats begin with the one that is chosen for them, until it is removed', async () => {
    const message = '/poems was trained for another network.'
    const code = engineErrorCodes.unsupported_conversion
    await start({ errors: { 'adapter.check': { code, message } } })
    const { id, name } = await fixture.ask('adapter.add', { path: '/poems' })
    const newChatAdapter = { adapterId: id, name, scale: 1 }
    await fixture.ask('settings.write', { changes: { newChatAdapter } })
    await fixture.ask('chat.create', { chatId: chat, settings: { adapter: newChatAdapter } })
    expect((await fixture.ask('chat.read', { chatId: chat })).settings).toEqual({
      adapter: newChatAdapter,
    })

    await loadDemo()
    const stronger = { newChatAdapter: { ...newChatAdapter, scale: 2 } }
    const written = fixture.ask('settings.write', { changes: stronger })
    await expect(written).rejects.toMatchObject({ message })
    await fixture.ask('adapter.remove', { adapterId: id })
    expect((await fixture.ask('app.read', {})).settings.newChatAdapter).toBeNull()
  })

  test('keeps one that is gone, and is never answered without it', async () => {
    await start()
    await fixture.ask('chat.create', { chatId: chat })
    const { adapter } = await choose('/poems', 1)
    await fixture.ask('adapter.remove', { adapterId: adapter.adapterId })
    const settings = { adapter, preamble: 'Be brief.' }
    await fixture.ask('chat.write_settings', { chatId: chat, settings })
    await loadDemo()

    const sent = fixture.ask('chat.send', { chatId: chat, ...question })
    await expect(sent).rejects.toMatchObject({ code: 'adapter.gone' })
    await fixture.ask('chat.send', { chatId: chat, ...question, contextFull: 'forget_oldest' })
    const { message } = await finished('1')
    expect(message).toMatchObject({ status: 'failed', failure: { code: 'adapter.gone' }, adapter })
    expect(askedWith('chat.generate')).toEqual([])

    const file = await fixture.ask('transfer.export', { chatIds: null, format: 'json' })
    await fixture.app.close()
    await start({}, newDataFolder())
    await fixture.ask('transfer.import', { fileName: 'chats.chatglm', text: file.text })
    expect((await fixture.ask('chat.read', { chatId: chat })).settings).toEqual(settings)
    const again = await fixture.ask('transfer.export', { chatIds: null, format: 'json' })
    const chatsIn = (text: string) => (JSON.parse(text) as { chats: unknown }).chats
    expect(chatsIn(again.text)).toEqual(chatsIn(file.text))
  })
})
