import { expect, test } from 'vitest'
import { engineMessages, roundsOf } from '../../../../src-main/core/chat/chat-history.ts'
import type { Message } from '../../../../src-main/shared/chat.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'

const message = (id: string, role: Message['role'], text: string, status: Message['status']) => ({
  ...{ id: messageId(id), chatId: chatId('chat'), parentId: null, role, text, status },
  ...{ createdAtMs: 0, model: null, seed: null, statistics: null, failure: null, sampling: null },
  ...{ version: 1, versionCount: 1 },
})

test('tells the model nothing of a round that was never answered', () => {
  const path = [
    message('q1', 'user', 'one', 'done'),
    message('r1', 'assistant', '', 'failed'),
    message('q2', 'user', 'two', 'done'),
    message('r2', 'assistant', 'half', 'cancelled'),
    message('q3', 'user', 'three', 'done'),
    message('r3', 'assistant', '', 'done'),
  ]
  expect(roundsOf(path)).toEqual([
    { questionId: 'q2', question: 'two', answer: 'half' },
    { questionId: 'q3', question: 'three', answer: '' },
  ])
})

test('puts the preamble directly before the first question', () => {
  const rounds = [{ questionId: messageId('q1'), question: 'one', answer: 'first' }]
  expect(
    engineMessages({ preamble: 'Speak like a pirate.\n', tools: null }, rounds, 'two'),
  ).toEqual([
    { role: 'user', content: 'Speak like a pirate.\none' },
    { role: 'assistant', content: 'first' },
    { role: 'user', content: 'two' },
  ])
  expect(engineMessages({ preamble: 'P: ', tools: null }, [], 'only')).toEqual([
    { role: 'user', content: 'P: only' },
  ])
})

const weather = {
  name: 'get_weather',
  description: '查询天气',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: [] },
}
const call = "get_weather\n ```python\ntool_call(city='北京')\n```"

test('tells ChatGLM3 by the system what its tools are, as the official code writes it', () => {
  const [system] = engineMessages({ preamble: '', tools: [weather] }, [], 'a')
  expect(system).toEqual({
    role: 'system',
    content: `Answer the following questions as best as you can. You have access to the following tools:
[
    {
        "name": "get_weather",
        "description": "查询天气",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {
                    "type": "string"
                }
            },
            "required": []
        }
    }
]`,
  })
  expect(engineMessages({ preamble: 'Be brief.', tools: [] }, [], 'a')).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'a' },
  ])
  expect(engineMessages({ preamble: '', tools: [] }, [], 'a')).toEqual([
    { role: 'user', content: 'a' },
  ])
})

test('takes what follows a call of a tool for its result', () => {
  const rounds = [{ questionId: messageId('q1'), question: '天气？', answer: call }]
  expect(engineMessages({ preamble: 'x', tools: [weather] }, rounds, '21')).toMatchObject([
    { role: 'system' },
    { role: 'user', content: '天气？' },
    {
      role: 'assistant',
      tool: 'get_weather',
      content: "```python\ntool_call(city='北京')\n```",
    },
    { role: 'observation', content: '21' },
  ])
  for (const tools of [[], null])
    expect(engineMessages({ preamble: '', tools }, rounds, '21').slice(-2)).toEqual([
      { role: 'assistant', content: call },
      { role: 'user', content: '21' },
    ])
})
