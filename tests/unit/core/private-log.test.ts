import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completionId, modelId, newChatId, newMessageId } from '../../../src-main/shared/ids.ts'
import { startTestApp } from '../../fakes/test-app.ts'

const secret = 'Zwetschgendatschi'

test('neither the log nor a diagnosis holds a word of a chat, however it ends', async () => {
  const crash = {
    content: `${secret} crashes`,
    file: join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'crashed'),
  }
  const { app, ask, waitFor } = await startTestApp({
    answers: { [`${secret} is answered`]: `So ${secret} it is.` },
    reply: [secret],
    crashOnceAt: crash,
  })
  onTestFinished(() => app.close())
  const loaded = () => waitFor('model.changed', ({ state }) => state.type === 'ready')
  await ask('model.load', { modelId: modelId('demo') })
  await loaded()
  const say = async (text: string) => {
    const chatId = newChatId()
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await ask('chat.create', { chatId })
    await ask('chat.send', { chatId, ...ids, text })
    return (await waitFor('reply.finished', ({ message }) => message.id === ids.replyId)).message
  }

  expect((await say(`${secret} is answered`)).text).toContain(secret)
  expect((await say(crash.content)).status).toBe('interrupted')
  const broken = [`{"chats": ${secret}`, `[["${secret}", 1]]`]
  for (const text of broken)
    await expect(ask('transfer.import', { fileName: 'chats.json', text })).rejects.toThrow()
  const params = { completionId: completionId('c'), language: 'Python', stop: 'block' } as const
  await ask('code.complete', { ...params, sampling: {}, before: secret })
  await waitFor('code.finished')

  const { text } = await ask('diagnosis.read', {})
  expect(text).toContain('"crashed"')
  expect(text).not.toContain(secret)
})
