import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../fakes/test-app.ts'

let testApp: TestApp

/** What a page can pick an id for, each with an id that is in use. */
const repeated = [
  ['chat.create', { chatId: 'chat' }],
  ['chat.send', { chatId: 'chat', questionId: 'question', replyId: 'new', text: '你好' }],
  ['chat.send', { chatId: 'chat', questionId: 'new', replyId: 'reply', text: '你好' }],
  ['chat.send', { chatId: 'chat', questionId: 'new', replyId: 'new', text: '你好' }],
  ['chat.edit', { messageId: 'question', questionId: 'question', replyId: 'new', text: '你好' }],
  ['chat.edit', { messageId: 'question', questionId: 'new', replyId: 'reply', text: '你好' }],
  ['chat.regenerate', { messageId: 'reply', replyId: 'question' }],
  ['chat.fork', { messageId: 'reply', chatId: 'chat' }],
] as const

const ask = (request: string, params: unknown) => testApp.app.handle(request, params, {})
const whole = () => ask('transfer.export', { chatIds: null, format: 'history' })

beforeEach(async () => {
  testApp = await startTestApp()
  const exchange = { chatId: 'chat', questionId: 'question', replyId: 'reply', text: '你好' }
  expect(await ask('chat.create', { chatId: 'chat' })).toMatchObject({ ok: true })
  expect(await ask('chat.send', exchange)).toMatchObject({ ok: true })
  await testApp.waitFor('reply.finished')
})

afterEach(() => testApp.app.close())

test('an id in use is refused by what it is, and nothing changes', async () => {
  const before = await whole()
  expect(before.ok).toBe(true)
  for (const [request, params] of repeated)
    expect([request, await ask(request, params)]).toMatchObject([
      request,
      { ok: false, error: { code: 'store.id_in_use' } },
    ])
  expect(await whole()).toEqual(before)
})
