import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { EngineClient, GenerateEvent } from '../../../../src-main/core/engine/engine-client.ts'
import { EngineProcess } from '../../../../src-main/core/engine/engine-process.ts'
import { fakeEngine, type FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { readTextFile, until } from '../../../fakes/wait.ts'

const restart = { maxCrashes: 1, windowMs: 1000, initialDelayMs: 1, maxDelayMs: 1 }
const messages = [{ role: 'user' as const, content: '你好' }]

const started: EngineProcess[] = []
afterEach(() => Promise.all(started.splice(0).map((engine) => engine.stop())))

async function startClient(script: FakeEngineScript = {}): Promise<EngineClient> {
  const engine = new EngineProcess({ program: fakeEngine(script), restart, shutdownGraceMs: 200 })
  started.push(engine)
  return engine.start()
}

async function collect(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

test('writes a reply in order, with its result last', async () => {
  const client = await startClient({ reply: ['你', '好'] })

  const events = await collect(client.generate('chat.generate', { messages }))

  expect(events).toMatchObject([
    { type: 'reading', readTokens: 5, promptTokens: 5 },
    { type: 'text', text: '你' },
    { type: 'text', text: '好' },
    { type: 'finished', result: { text: '你好', finish: 'stop', statistics: { seed: 42 } } },
  ])
})

test('keeps several replies apart', async () => {
  const client = await startClient({ reply: ['a', 'b', 'c'], pieceDelayMs: 5 })

  const replies = await Promise.all(
    [1, 2, 3].map(() => collect(client.generate('completion.generate', { prompt: 'x' }))),
  )

  for (const events of replies) {
    expect(events.flatMap((event) => (event.type === 'text' ? [event.text] : []))).toEqual([
      'a',
      'b',
      'c',
    ])
  }
})

test('ends a cancelled reply normally, with what is written', async () => {
  const client = await startClient({ reply: ['字'], replyTimes: 1000, pieceDelayMs: 5 })
  const abort = new AbortController()

  const events: GenerateEvent[] = []
  for await (const event of client.generate('chat.generate', { messages }, abort.signal)) {
    events.push(event)
    if (event.type === 'text') abort.abort()
  }

  const last = events.at(-1)
  expect(last).toMatchObject({ type: 'finished', result: { finish: 'cancelled' } })
  expect(events.length).toBeLessThan(100)
})

test('cancels a reply whose signal is aborted before the start', async () => {
  const client = await startClient({ reply: ['字'], replyTimes: 1000, pieceDelayMs: 5 })

  const events = await collect(client.generate('chat.generate', { messages }, AbortSignal.abort()))

  expect(events.at(-1)).toMatchObject({ result: { finish: 'cancelled' } })
})

test('cancels a reply when the loop is left', async () => {
  const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'log')
  const client = await startClient({
    reply: ['字'],
    replyTimes: 100_000,
    pieceDelayMs: 5,
    requestLog,
  })

  for await (const event of client.generate('chat.generate', { messages })) {
    if (event.type === 'text') break
  }

  await until(() => readTextFile(requestLog).endsWith('cancelled\n'))
})

test.each(['SIGSEGV', 'SIGKILL', 'close', 'bad_frame', 'no_length'] as const)(
  'fails a reply as gone when the engine ends by %s in its middle',
  async (moment) => {
    const client = await startClient({ during: { afterPieces: 2, moment } })
    const events: GenerateEvent[] = []

    const reply = (async () => {
      for await (const event of client.generate('chat.generate', { messages })) events.push(event)
    })()

    await expect(reply).rejects.toMatchObject({ name: 'AppError', code: 'engine.gone' })
    expect(events.filter(({ type }) => type === 'text')).toHaveLength(2)
    await expect(client.request('engine.devices', {})).rejects.toMatchObject({
      code: 'engine.gone',
    })
  },
)

test('names the error that the engine answers with', async () => {
  const client = await startClient({
    errors: {
      'chat.generate': { code: 40, message: 'The conversation is too long.' },
      'text.detokenize': { code: -32602, message: '70000 is no token.' },
    },
  })

  await expect(collect(client.generate('chat.generate', { messages }))).rejects.toMatchObject({
    name: 'AppError',
    code: 'engine.context_full',
    message: 'The conversation is too long.',
  })
  await expect(client.request('text.detokenize', { ids: [70000] })).rejects.toMatchObject({
    name: 'AppError',
    code: 'engine.invalid_params',
  })
})

test('refuses an answer that is not of the contract', async () => {
  const client = await startClient({ results: { 'engine.devices': { devices: 'none' } } })

  await expect(client.request('engine.devices', {})).rejects.toMatchObject({
    code: 'engine.invalid_message',
  })
})

test('tells a bug in a listener to the caller', async () => {
  const client = await startClient()
  const onProgress = () => {
    throw new TypeError('a bug')
  }

  await expect(client.request('chat.generate', { messages }, { onProgress })).rejects.toThrow(
    TypeError,
  )
})

test('sends text with half a surrogate pair as valid Unicode', async () => {
  const client = await startClient()

  const events = await collect(
    client.generate('chat.generate', { messages: [{ role: 'user', content: 'a\ud83d' }] }),
  )

  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})
