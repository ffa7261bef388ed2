import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import { createApp } from 'vue'
import type { Chat, Message } from '@shared/chat.ts'
import { chatId, messageId } from '@shared/ids.ts'
import { bridgeKey } from '../../../src-renderer/bridge/bridge.ts'
import { useConversationStore } from '../../../src-renderer/stores/conversation.ts'
import { createFakeBridge } from './fake-bridge.ts'

const chat: Chat = {
  ...{ id: chatId('c'), title: '', createdAtMs: 0, updatedAtMs: 0, pinned: false, archived: false },
  ...{ tags: [], deletedAtMs: null, activeLeafId: null, settings: {}, draft: '' },
}

const reply = (status: Message['status']): Message => ({
  ...{ id: messageId('r'), chatId: chat.id, parentId: null, role: 'assistant', text: 'a', status },
  ...{ createdAtMs: 0, model: null, seed: null, statistics: null, failure: null, sampling: null },
  ...{ version: 1, versionCount: 1 },
})

test('a reply that ended is not taken for running by an answer that was on its way', async () => {
  let status: Message['status'] = 'writing'
  const { bridge, emit } = createFakeBridge({
    'chat.read': () => chat,
    'chat.path': () => [reply(status)],
  })
  const pinia = createPinia()
  createApp({}).provide(bridgeKey, bridge).use(pinia)
  setActivePinia(pinia)
  const conversation = useConversationStore()
  await conversation.open(chat.id)
  expect(conversation.replyId).toBe('r')

  emit('reply.finished', { chatId: chat.id, message: reply('done') })
  emit('chats.changed', { chatIds: [chat.id] }) // read while it was still being written
  await expect.poll(() => conversation.replyId).toBe('r')
  status = 'done'
  emit('chats.changed', { chatIds: [chat.id] })

  await expect.poll(() => conversation.replyId).toBeUndefined()
})
