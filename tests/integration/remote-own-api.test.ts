import { describe, expect, onTestFinished, test } from 'vitest'
import { newChatId, newMessageId, newRemoteId } from '../../src-main/shared/ids.ts'
import { startTestApp } from '../fakes/test-app.ts'
import { hasRealEngine } from './real-engine.ts'
import { TestedApi, token } from './tested-api.ts'

describe.skipIf(!hasRealEngine)('an app whose chats another one of ours answers', () => {
  const api = new TestedApi()

  /** The other app as a server, and a chat that it answers at temperature 0. */
  async function startChat(key: string | null = token) {
    const started = await startTestApp()
    onTestFinished(() => started.app.close())
    const { ask, waitFor } = started
    const remoteId = newRemoteId()
    const remotes = [{ id: remoteId, name: 'Ours', address: `${api.address}/v1`, models: [] }]
    await ask('settings.write', { changes: { remotes, proxy: { type: 'none' } } })
    if (key !== null) await ask('remote.write_key', { remoteId, key })
    const chatId = newChatId()
    await ask('chat.create', { chatId })
    const { id: model } = api.source.current() ?? { id: 'none' }
    const remote = { remoteId, model, contextLength: 8192 }
    await ask('chat.write_settings', { chatId, settings: { remote, sampling: { temperature: 0 } } })
    async function send(text: string) {
      const replyId = newMessageId()
      await ask('chat.send', { chatId, text, questionId: newMessageId(), replyId })
      const { message } = await waitFor('reply.finished', (event) => event.message.id === replyId)
      return message
    }
    return { ...started, remoteId, chatId, send }
  }

  test('offers its model, and answers word for word as at home', { timeout: 120_000 }, async () => {
    const { ask, remoteId, send } = await startChat()
    const id = api.source.current()?.id
    const { models } = await ask('remote.models', { remoteId })
    expect(models.map((model) => model.id)).toEqual([id])

    const first = await send('你好')
    expect(first).toMatchObject({ status: 'done', text: await api.greedy('你好'), model: id })
    expect(first.statistics?.promptTokens).toBeGreaterThan(5)
    expect(first.statistics?.generatedTokens).toBeGreaterThan(5)

    const second = await send('谢谢')
    const { choices } = await api.client.chat.completions.create({
      ...{ model: 'any', temperature: 0 },
      messages: [
        { role: 'user', content: '你好' },
        { role: 'assistant', content: first.text },
        { role: 'user', content: '谢谢' },
      ],
    })
    expect(second.text).toBe(choices[0]?.message.content)
  })

  test(
    'a reply is stopped there, too, and what was written stays',
    { timeout: 120_000 },
    async () => {
      const { ask, chatId, waitFor } = await startChat()
      const replyId = newMessageId()
      const questionId = newMessageId()
      await ask('chat.send', { chatId, text: 'never stop', questionId, replyId })
      await waitFor('reply.delta', (event) => event.replyId === replyId)
      await ask('chat.cancel', { replyId })
      const { message } = await waitFor('reply.finished', (event) => event.message.id === replyId)
      expect(message.status).toBe('cancelled')
      expect(message.text).not.toBe('')
      // The other one has room again.
      expect(await api.greedy('你好')).not.toBe('')
    },
  )

  test('a wrong key is refused in words', { timeout: 120_000 }, async () => {
    const { send } = await startChat('sk-wrong')
    const reply = await send('你好')
    expect(reply).toMatchObject({ status: 'failed', failure: { code: 'remote.key_refused' } })
  })
})
