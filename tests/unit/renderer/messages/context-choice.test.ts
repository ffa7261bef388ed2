// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { h } from 'vue'
import type { Chat, Message } from '@shared/chat.ts'
import { AppError } from '@shared/errors.ts'
import { chatId, messageId } from '@shared/ids.ts'
import ChatMessages from '../../../../src-renderer/components/chat/ChatMessages.vue'
import { useConversationStore } from '../../../../src-renderer/stores/conversation.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

const chat: Chat = {
  ...{ id: chatId('c'), title: '', createdAtMs: 0, updatedAtMs: 0, pinned: false, archived: false },
  ...{ tags: [], deletedAtMs: null, activeLeafId: null, settings: {}, draft: '' },
}
const messages: Message[] = (['user', 'assistant'] as const).map((role) => ({
  ...{ id: messageId(role), chatId: chat.id, parentId: null, role, text: `by ${role}` },
  ...{ status: 'done', createdAtMs: 0, model: null, seed: null, statistics: null },
  ...{ failure: null, sampling: null, version: 1, versionCount: 1 },
}))

async function openChat() {
  const app = await mountInApp(() => h(ChatMessages, { shownMessage: null }), {
    answers: {
      'chat.open': () => ({ chat, messages, earlierCount: 0 }),
      'chat.regenerate': ({ contextFull }) => {
        if (contextFull === 'forget_oldest') return messages[1] ?? Promise.reject(new Error())
        throw new AppError('chat.context_full', 'It is full.')
      },
    },
  })
  await useConversationStore().open(chat.id)
  await flushPromises()
  findByName('button', 'Write again').click()
  await flushPromises()
  return app
}

test('a reply is written again without the oldest rounds only when that was chosen', async () => {
  const { askedFor } = await openChat()
  expect(document.body.textContent).toContain('no longer fits into the model')
  findByName('button', 'Go on without it').click()
  await flushPromises()
  expect(askedFor('chat.regenerate')).toMatchObject([{}, { contextFull: 'forget_oldest' }])
})

test('nothing is written again when the question is left', async () => {
  const { askedFor } = await openChat()
  findByName('button', 'Cancel').click()
  await flushPromises()
  expect(askedFor('chat.regenerate')).toHaveLength(1)
  expect(document.body.textContent).not.toContain('no longer fits into the model')
})
