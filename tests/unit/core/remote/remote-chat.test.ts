import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Message } from '../../../../src-main/shared/chat.ts'
import {
  type ChatId,
  newChatId,
  newMessageId,
  newRemoteId,
} from '../../../../src-main/shared/ids.ts'
import { type RemoteRequest, startRemoteServer, streamWords } from '../../../fakes/remote-server.ts'
import { startTestApp } from '../../../fakes/test-app.ts'
import { until } from '../../../fakes/wait.ts'

const key = 'sk-very-secret'

/** An app with one chat that a server answers. */
async function startRemoteChat(
  answer: (request: RemoteRequest, response: ServerResponse) => void,
  contextLength: number | null = 100,
) {
  const server = await startRemoteServer(answer)
  onTestFinished(() => server.close())
  const test = await startTestApp()
  onTestFinished(() => test.app.close())
  const { ask, waitFor, events } = test
  const remoteId = newRemoteId()
  const remotes = [{ id: remoteId, name: 'Big one', address: server.address, models: [] }]
  await ask('settings.write', { changes: { remotes, proxy: { type: 'none' } } })
  const chatId = newChatId()
  await ask('chat.create', { chatId })
  const remote = { remoteId, model: 'big', contextLength }
  await ask('chat.write_settings', { chatId, settings: { remote, sampling: { topP: 0.5 } } })
  const finished = async (id: Message['id']): Promise<Message> =>
    (await waitFor('reply.finished', ({ message }) => message.id === id)).message
  /** Sends a question and waits for what becomes of its reply. */
  const send = async (text: string, to: ChatId = chatId) => {
    const replyId = newMessageId()
    await ask('chat.send', { chatId: to, text, questionId: newMessageId(), replyId })
    return finished(replyId)
  }
  return { ...test, server, remoteId, chatId, send, finished, events }
}

test('chats through a server with the same conversation, and asks no other', async () => {
  const { server, ask, send, chatId, remoteId, finished } = await startRemoteChat(
    ({ path, body }, response) => {
      if (path === '/v1/models')
        return response.end(JSON.stringify({ data: [{ id: 'big', max_model_len: 100 }] }))
      const messages = body['messages'] as { content: string }[]
      streamWords(response, ['You said ', messages.at(-1)?.content ?? '', '。'])
    },
  )
  expect(server.requests).toEqual([]) // nothing is asked before somebody chats
  expect(await ask('remote.models', { remoteId })).toEqual({
    models: [{ id: 'big', contextLength: 100 }],
  })
  await ask('remote.write_key', { remoteId, key })

  const first = await send('你好')
  expect(first).toMatchObject({ text: 'You said 你好。', status: 'done', model: 'big' })
  expect(first.statistics).toMatchObject({ promptTokens: 20, generatedTokens: 3 })
  const { path, authorization, body } = server.requests.at(-1) ?? {}
  expect({ path, authorization }).toEqual({
    path: '/v1/chat/completions',
    authorization: `Bearer ${key}`,
  })
  expect(body).toMatchObject({
    ...{ model: 'big', top_p: 0.5, stream: true },
    messages: [{ role: 'user', content: '你好' }],
  })
  expect(await ask('chat.count_context', { chatId, text: '' })).toMatchObject({
    ...{ promptTokens: 23, contextLength: 100 },
  })

  await send('And now?')
  expect(server.requests.at(-1)?.body['messages']).toEqual([
    { role: 'user', content: '你好' },
    { role: 'assistant', content: 'You said 你好。' },
    { role: 'user', content: 'And now?' },
  ])
  const replyId = newMessageId()
  await ask('chat.regenerate', { messageId: first.id, replyId })
  expect(await finished(replyId)).toMatchObject({ status: 'done', version: 2, versionCount: 2 })
})

test('keeps the key in a file for this person alone, and tells it to nobody', async () => {
  const { ask, remoteId, dataFolder, events, app } = await startRemoteChat(() => undefined)
  await ask('remote.write_key', { remoteId, key })
  expect(await ask('remote.keys', {})).toEqual({ remoteIds: [remoteId] })
  const file = join(dataFolder, 'remote-keys.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(JSON.stringify([await ask('app.read', {}), events])).not.toContain(key)
  const { text } = await ask('diagnosis.read', {})
  expect(text).not.toContain(key)
  await ask('settings.write', { changes: { remotes: [] } })
  await until(() => !readdirSync(dataFolder).includes('remote-keys.json'))
  await app.close()
  for (const name of readdirSync(dataFolder).filter((one) => one.startsWith('chats.db')))
    expect(readFileSync(join(dataFolder, name)).includes(key)).toBe(false)
})

const json =
  (status: number, body: object, headers = {}) =>
  (_: unknown, response: ServerResponse) =>
    response.writeHead(status, headers).end(JSON.stringify(body))

test.each([
  ['a wrong key', json(401, { error: { message: 'Bad key' } }), 'remote.key_refused', /Bad key/],
  ['no such model', json(404, { detail: 'No model big' }), 'remote.not_found', /No model big/],
  ['too much', json(429, {}, { 'Retry-After': '7' }), 'remote.busy', /in 7 seconds/],
  ['its limits', json(400, { error: { message: 'Too long' } }), 'remote.refused', /Too long/],
  ['a failure', json(503, {}), 'remote.failed', /503/],
  [
    'no API',
    (_: unknown, response: ServerResponse) => response.end('<html>'),
    'remote.unreadable',
    /OpenAI/,
  ],
] as const)('tells of %s in a sentence', async (_, answer, code, words) => {
  const { send } = await startRemoteChat(answer)
  const reply = await send('a')
  expect(reply).toMatchObject({ status: 'failed', text: '', failure: { code } })
  expect(reply.failure?.message).toMatch(words)
})

test('keeps the words of a server apart, for a sentence in any language', async () => {
  const { send } = await startRemoteChat(json(401, { error: { message: 'Bad key' } }))
  expect((await send('a')).failure?.words).toBe('Bad key')
})

test('says that nothing answers, and that a server is no longer set up', async () => {
  const { send, server, ask } = await startRemoteChat(() => undefined)
  server.close()
  expect((await send('a')).failure).toMatchObject({ code: 'remote.unreachable' })
  await ask('settings.write', { changes: { remotes: [] } })
  expect((await send('b')).failure).toMatchObject({ code: 'remote.gone' })
})

test('keeps what came when the stream breaks off, and writes it on', async () => {
  const { send, server, ask, waitFor, events } = await startRemoteChat(({ body }, response) => {
    const messages = body['messages'] as { role: string }[]
    if (messages.at(-1)?.role === 'assistant') return streamWords(response, [' more'])
    streamWords(response, ['Half a'], false)
    setTimeout(() => response.destroy(), 20)
  })
  const reply = await send('a')
  expect(reply).toMatchObject({ status: 'interrupted', text: 'Half a' })
  expect(reply.failure?.code).toBe('remote.cut_off')
  events.length = 0
  await ask('chat.continue', { replyId: reply.id })
  const { message } = await waitFor('reply.finished')
  expect(message).toMatchObject({ status: 'done', text: 'Half a more' })
  expect(server.requests.at(-1)?.body).toMatchObject({ continue_final_message: true })
})

test('tells of a failure in the middle of a stream, and keeps what came', async () => {
  const { send } = await startRemoteChat((_, response) => {
    streamWords(response, ['One'], false)
    response.end(`data: ${JSON.stringify({ error: { message: 'Out of memory' } })}\n\n`)
  })
  const reply = await send('a')
  expect(reply).toMatchObject({ status: 'failed', text: 'One', failure: { code: 'remote.failed' } })
})

test('stops a reply at the server, too', async () => {
  let isGone = false
  const { ask, chatId, waitFor, finished } = await startRemoteChat((_, response) => {
    response.on('close', () => (isGone = true))
    streamWords(response, ['Begun'], false)
  })
  const replyId = newMessageId()
  await ask('chat.send', { chatId, text: 'a', questionId: newMessageId(), replyId })
  await waitFor('reply.delta')
  await ask('chat.cancel', { replyId })
  expect(await finished(replyId)).toMatchObject({ status: 'cancelled', text: 'Begun' })
  await until(() => isGone)
})
