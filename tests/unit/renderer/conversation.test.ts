import { createPinia, setActivePinia } from 'pinia'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createApp } from 'vue'
import type { Chat, Message, OpenedChat } from '@shared/chat.ts'
import { chatId, messageId } from '@shared/ids.ts'
import { bridgeKey } from '../../../src-renderer/bridge/bridge.ts'
import { useConversationStore } from '../../../src-renderer/stores/conversation.ts'
import { useRepliesStore } from '../../../src-renderer/stores/replies.ts'
import { type FakeAnswers, createFakeBridge } from './fake-bridge.ts'

const chat: Chat = {
  ...{ id: chatId('c'), title: '', createdAtMs: 0, updatedAtMs: 0, pinned: false, archived: false },
  ...{ tags: [], deletedAtMs: null, activeLeafId: null, settings: {}, draft: '' },
}

const reply = (status: Message['status']): Message => ({
  ...{ id: messageId('r'), chatId: chat.id, parentId: null, role: 'assistant', text: 'a', status },
  ...{ createdAtMs: 0, model: null, seed: null, statistics: null, failure: null, sampling: null },
  ...{ version: 1, versionCount: 1 },
})

/** Messages that follow one another, named by their numbers; a branch has another name. */
const pathOf = (count: number, branch = ''): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    ...reply('done'),
    id: messageId(`${branch}${index}`),
    parentId: index === 0 ? null : messageId(`${branch}${index - 1}`),
  }))

const endOf = (path: Message[], last: number): OpenedChat => {
  const messages = structuredClone(path.slice(-last))
  return { chat, messages, earlierCount: path.length - messages.length }
}

function startConversation(answers: FakeAnswers) {
  const fake = createFakeBridge(answers)
  const pinia = createPinia()
  createApp({}).provide(bridgeKey, fake.bridge).use(pinia)
  setActivePinia(pinia)
  return { ...fake, conversation: useConversationStore() }
}

const changed = { chatIds: [chat.id] }
const settled = () => new Promise((resolve) => setTimeout(resolve))

test('a reply that ended is not taken for running by an answer that was on its way', async () => {
  let status: Message['status'] = 'writing'
  const { conversation, emit } = startConversation({
    'chat.open': () => ({ chat, messages: [reply(status)], earlierCount: 0 }),
  })
  await conversation.open(chat.id)
  expect(conversation.replyId).toBe('r')

  emit('reply.finished', { chatId: chat.id, message: reply('done') })
  emit('chats.changed', changed) // read while it was still being written
  await expect.poll(() => conversation.replyId).toBe('r')
  status = 'done'
  emit('chats.changed', changed)

  await expect.poll(() => conversation.replyId).toBeUndefined()
})

test('a reply that goes on is shown at once, however long a reading takes', async () => {
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw))
  onTestFinished(() => void vi.unstubAllGlobals())
  const waiting: ((opened: OpenedChat) => void)[] = []
  const { conversation, emit } = startConversation({
    'chat.open': () => new Promise((resolve) => waiting.push(resolve)),
  })
  const replies = useRepliesStore()
  const opened = conversation.open(chat.id)
  waiting[0]?.({ chat, messages: [{ ...reply('cancelled'), text: 'one, ' }], earlierCount: 0 })
  await opened

  emit('reply.started', { chatId: chat.id, replyId: messageId('r') })
  emit('chats.changed', changed) // its reading is never answered
  emit('reply.delta', { chatId: chat.id, replyId: messageId('r'), offset: 4, text: ' two' })

  expect(conversation.messages[0]?.status).toBe('writing')
  await expect.poll(() => replies.texts.get(messageId('r'))).toBe('one, two')
})

test('an answer that is no longer the latest is dropped', async () => {
  const waiting: ((opened: OpenedChat) => void)[] = []
  const { conversation, emit } = startConversation({
    'chat.open': () => new Promise((resolve) => waiting.push(resolve)),
  })
  const opened = conversation.open(chat.id)
  waiting[0]?.(endOf(pathOf(2), 2))
  await opened
  emit('chats.changed', changed)
  emit('chats.changed', changed)
  waiting[2]?.(endOf(pathOf(4), 4))
  await settled()
  waiting[1]?.(endOf(pathOf(3), 3))
  await settled()
  expect(conversation.messages).toHaveLength(4)
})

test('the first of two chats that were opened at once is never shown', async () => {
  const waiting: ((opened: OpenedChat) => void)[] = []
  const { conversation } = startConversation({
    'chat.open': () => new Promise((resolve) => waiting.push(resolve)),
  })
  const first = conversation.open(chatId('other'))
  const second = conversation.open(chat.id)
  waiting[1]?.(endOf(pathOf(2), 2))
  await second
  waiting[0]?.({ ...endOf(pathOf(9, 'other'), 9), chat: { ...chat, id: chatId('other') } })
  await first
  expect(conversation.chat?.id).toBe(chat.id)
  expect(conversation.messages).toHaveLength(2)
})

test('a chat opens with its end, and the rest follows though the end is read again meanwhile', async () => {
  const { conversation, emit } = startConversation({
    'chat.open': async ({ last }) => endOf(pathOf(100), last),
  })
  await conversation.open(chat.id, 10)
  expect(conversation.messages.map(({ id }) => id)[0]).toBe('90')
  expect(conversation.earlierCount).toBe(90)
  const end = conversation.messages

  const earlier = conversation.readEarlier()
  emit('chats.changed', changed)
  await earlier
  await settled()
  expect(conversation.messages).toHaveLength(100)
  expect(conversation.earlierCount).toBe(0)
  expect(conversation.messages.slice(90)).toEqual(end)
  // The very objects, so that none of them is drawn again.
  for (const [index, message] of end.entries())
    expect(conversation.messages[90 + index]).toBe(message)
})

test('after a change the end is read again, and all only when another branch is shown', async () => {
  let path = pathOf(100)
  const { conversation, asked, emit } = startConversation({
    'chat.open': ({ last }) => endOf(path, last),
  })
  await conversation.open(chat.id, 10)
  await conversation.readEarlier()
  const readings = asked.length

  path = [...pathOf(101).slice(0, 99), { ...reply('writing'), parentId: messageId('98') }]
  emit('chats.changed', changed)
  await settled()
  expect(conversation.messages).toHaveLength(100)
  expect(conversation.messages.at(-1)?.id).toBe('r')
  expect(asked).toHaveLength(readings + 1)

  path = pathOf(60, 'other')
  emit('chats.changed', changed)
  await settled()
  expect(conversation.messages).toEqual(path)
  expect(asked).toHaveLength(readings + 3)
})
