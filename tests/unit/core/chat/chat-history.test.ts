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
  expect(engineMessages('Speak like a pirate.\n', rounds, 'two')).toEqual([
    { role: 'user', content: 'Speak like a pirate.\none' },
    { role: 'assistant', content: 'first' },
    { role: 'user', content: 'two' },
  ])
  expect(engineMessages('P: ', [], 'only')).toEqual([{ role: 'user', content: 'P: only' }])
})
