import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { startTestApp, type TestApp } from '../../../fakes/test-app.ts'
import { chatId, messageId, modelId } from '../../../../src-main/shared/ids.ts'

const chat = chatId('chat')
const ids = (name: string) => ({
  questionId: messageId(`q${name}`),
  replyId: messageId(`r${name}`),
})

let fixture: TestApp

async function startWithModel(script: FakeEngineScript, dataFolder?: string): Promise<void> {
  fixture = await startTestApp(script, dataFolder)
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
}

const finished = (name: string) =>
  fixture.waitFor('reply.finished', ({ message }) => message.id === `r${name}`)

afterEach(() => fixture.app.close())

describe('a chat', () => {
  beforeEach(async () => {
    await startWithModel({ reply: ['One', ' two', ' three'], pieceDelayMs: 5 })
    await fixture.ask('chat.create', { chatId: chat })
  })

  test('saves the question, streams the reply and keeps it', async () => {
    await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'Count to three' })
    const { message } = await finished('1')

    expect(message).toMatchObject({ text: 'One two three', status: 'done', seed: 42 })
    let told = ''
    for (const { event, payload } of fixture.events) {
      if (event !== 'reply.delta') continue
      expect(payload.offset).toBe(told.length)
      told += payload.text
    }
    expect(told).toBe('One two three')
    const path = await fixture.ask('chat.path', { chatId: chat })
    expect(path.map(({ text }) => text)).toEqual(['Count to three', 'One two three'])
  })

  test('is named after its first question', async () => {
    await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: '\n  今天天气怎么样？' })
    expect((await fixture.ask('chat.read', { chatId: chat })).title).toBe('今天天气怎么样？')
  })

  test('refuses an empty message and saves nothing', async () => {
    const sent = fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: ' \n' })
    await expect(sent).rejects.toMatchObject({ code: 'chat.empty_message' })
    expect(await fixture.ask('chat.path', { chatId: chat })).toEqual([])
  })

  test('keeps every version of a question and of a reply', async () => {
    await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'first' })
    await finished('1')
    await fixture.ask('chat.regenerate', { messageId: messageId('r1'), replyId: messageId('r2') })
    await finished('2')
    await fixture.ask('chat.edit', { messageId: messageId('q1'), ...ids('3'), text: 'second' })
    await finished('3')

    const questions = await fixture.ask('message.versions', { messageId: messageId('q1') })
    expect(questions.map(({ text }) => text)).toEqual(['first', 'second'])
    const replies = await fixture.ask('message.versions', { messageId: messageId('r1') })
    expect(replies.map(({ id }) => id)).toEqual(['r1', 'r2'])
    await fixture.ask('message.choose', { messageId: messageId('r1') })
    const path = await fixture.ask('chat.path', { chatId: chat })
    expect(path.map(({ id }) => id)).toEqual(['q1', 'r1'])
  })

  test('asks the engine with the preamble and what was said', async () => {
    await fixture.ask('chat.write_settings', {
      chatId: chat,
      settings: { preamble: 'Be brief. ', sampling: { temperature: 0 } },
    })
    await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'first' })
    const { message } = await finished('1')
    expect(message.sampling).toEqual({ temperature: 0 })
  })

  test('answers several chats at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const name of names) {
      await fixture.ask('chat.create', { chatId: chatId(name) })
      await fixture.ask('chat.send', { chatId: chatId(name), ...ids(name), text: name })
    }
    for (const name of names) expect((await finished(name)).message.status).toBe('done')
  })
})

test('keeps what was written when a reply is stopped', async () => {
  await startWithModel({ reply: ['more '], replyTimes: 10_000, pieceDelayMs: 2 })
  await fixture.ask('chat.create', { chatId: chat })
  await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'never stop' })
  await fixture.waitFor('reply.delta', ({ offset }) => offset > 20)
  await fixture.ask('chat.cancel', { replyId: messageId('r1') })

  const { message } = await finished('1')
  expect(message.status).toBe('cancelled')
  expect(message.text).toMatch(/^(more )+$/)
})

test('stops a reply that waits for its turn without waiting for it', async () => {
  await startWithModel({ reply: ['more '], replyTimes: 10_000, pieceDelayMs: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'late']) {
    await fixture.ask('chat.create', { chatId: chatId(name) })
    await fixture.ask('chat.send', { chatId: chatId(name), ...ids(name), text: name })
  }
  await fixture.ask('chat.cancel', { replyId: messageId('rlate') })
  expect((await finished('late')).message).toMatchObject({ status: 'cancelled', text: '' })
})

test('keeps the text and marks the reply when the engine crashes in it', async () => {
  await startWithModel({
    reply: ['a', 'b', 'c', 'd'],
    during: { afterPieces: 3, moment: 'SIGKILL' },
  })
  await fixture.ask('chat.create', { chatId: chat })
  await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'crash' })

  const { message } = await finished('1')
  expect(message).toMatchObject({ text: 'abc', status: 'interrupted' })
  expect(message.failure?.code).toBe('engine.gone')
  const { state } = await fixture.waitFor(
    'model.changed',
    (changed) => changed.state.type === 'failed',
  )
  expect(state).toMatchObject({ failure: { code: 'model.engine_ended' } })
})

test('does not load a model again by itself that crashed the engine', async () => {
  await startWithModel({ during: { afterPieces: 1, moment: 'SIGSEGV' } })
  await fixture.ask('chat.create', { chatId: chat })
  await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'crash' })
  await finished('1')
  await fixture.waitFor('models.changed', ({ models }) => models.some((model) => model.crashedAtMs))
  await fixture.app.close()

  fixture = await startTestApp({}, fixture.dataFolder)
  expect((await fixture.ask('app.read', {})).model).toEqual({ type: 'none' })
  expect((await fixture.ask('model.list', {}))[0]?.crashedAtMs).not.toBeNull()
})

test('loads the last model at the next start', async () => {
  await startWithModel({})
  await fixture.app.close()
  fixture = await startTestApp({}, fixture.dataFolder)
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
})

test('saves the question even when no model can answer it', async () => {
  fixture = await startTestApp()
  await fixture.ask('chat.create', { chatId: chat })
  await fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'hello' })
  const { message } = await finished('1')
  expect(message).toMatchObject({ status: 'failed', failure: { code: 'model.none' } })
  expect((await fixture.ask('chat.path', { chatId: chat }))[0]?.text).toBe('hello')
})

test('asks before rounds are forgotten, for new questions and old ones, and forgets when told to', async () => {
  const loaded = { contextLength: 100, threads: 1, memory: [] }
  const full = { promptTokens: 99, roundTokens: [90] }
  await startWithModel({
    results: {
      'chat.count': full,
      'model.load': { ...loaded, description: demoDescription },
    },
  })
  await fixture.ask('chat.create', { chatId: chat })
  const asked = fixture.ask('chat.send', { chatId: chat, ...ids('1'), text: 'hello' })
  await expect(asked).rejects.toMatchObject({ code: 'chat.context_full' })
  expect(await fixture.ask('chat.path', { chatId: chat })).toEqual([])
  await fixture.ask('chat.send', {
    ...{ chatId: chat, ...ids('1'), text: 'hello' },
    contextFull: 'forget_oldest',
  })
  expect((await finished('1')).message.status).toBe('done')

  const edited = { messageId: messageId('q1'), ...ids('2'), text: 'hello again' }
  const again = { messageId: messageId('r1'), replyId: messageId('r3') }
  const refused = { code: 'chat.context_full' }
  await expect(fixture.ask('chat.edit', edited)).rejects.toMatchObject(refused)
  await expect(fixture.ask('chat.regenerate', again)).rejects.toMatchObject(refused)
  expect(await fixture.ask('chat.path', { chatId: chat })).toHaveLength(2)
  await fixture.ask('chat.regenerate', { ...again, contextFull: 'forget_oldest' })
  expect((await finished('3')).message.status).toBe('done')
  await fixture.ask('chat.edit', { ...edited, contextFull: 'forget_oldest' })
  expect((await finished('2')).message.status).toBe('done')
})

const demoDescription = {
  path: 'model.gguf',
  format: 'gguf',
  family: 'chatglm2',
  weightType: 'q4_0',
  sizeBytes: 1,
  parameterCount: 1,
  layerCount: 1,
  hiddenSize: 1,
  feedForwardSize: 1,
  headCount: 1,
  kvHeadCount: 1,
  vocabularySize: 1,
  contextLength: 100,
  ropeScale: 1,
  ropeBase: 10_000,
}
