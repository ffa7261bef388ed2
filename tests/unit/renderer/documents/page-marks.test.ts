// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { h } from 'vue'
import type { Chat, Message } from '@shared/chat.ts'
import { chatId, messageId } from '@shared/ids.ts'
import ChatMessages from '../../../../src-renderer/components/chat/ChatMessages.vue'
import { pageParts } from '../../../../src-renderer/components/documents/page-parts.ts'
import { useConversationStore } from '../../../../src-renderer/stores/conversation.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

const chat: Chat = {
  ...{ id: chatId('c'), title: '', createdAtMs: 0, updatedAtMs: 0, pinned: false, archived: false },
  ...{ tags: [], deletedAtMs: null, activeLeafId: null, settings: {}, draft: '' },
}
const base: Omit<Message, 'id' | 'parentId' | 'role' | 'text'> = {
  ...{ chatId: chat.id, status: 'done', createdAtMs: 0, model: null, seed: null, statistics: null },
  ...{ failure: null, sampling: null, version: 1, versionCount: 1 },
}
const text = '[page 3]\nApples are red.\n……\n[page 5]\nPears are [page 7] green.'
const file = { name: 'fruit.pdf', kind: 'pdf', sizeBytes: 1, pageCount: 9, cut: 'nearest' } as const
const messages: Message[] = [
  {
    ...{ ...base, id: messageId('q'), parentId: null, role: 'user', text: 'Which are green?' },
    documents: [{ ...file, pages: [3, 5], text }],
  },
  {
    ...{ ...base, id: messageId('r'), parentId: messageId('q'), role: 'assistant' },
    text: 'Pears are green [page 5]. Plums are blue [page 8]，苹果是红的【第3页】。',
  },
]

test('marks of pages that were given show them; others are text', async () => {
  await mountInApp(() => h(ChatMessages, { shownMessage: null }), {
    answers: { 'chat.open': () => ({ chat, messages, earlierCount: 0 }) },
  })
  await useConversationStore().open(chat.id)
  await flushPromises()

  const reply = document.querySelector('.reply')
  const marks = [...(reply?.querySelectorAll('.page-mark') ?? [])].map((one) => one.textContent)
  expect(marks).toEqual(['page 5', '第3页'])
  expect(reply?.textContent).toContain('Plums are blue [page 8]')
  findByName('button', 'Show page 5 of the file').click()
  // The dialog is loaded when it is first needed.
  await expect.poll(() => document.querySelector('[role=dialog]')?.textContent).toContain('Page 5')
  const dialog = document.querySelector('[role=dialog]')
  expect(dialog?.querySelector('.wanted')?.textContent.trim()).toBe('Page 5')
  expect(dialog?.textContent).toContain('the passages nearest to the question')
  expect(document.querySelector('.question')?.textContent).toContain('pages 3, 5')
})

test('a text is taken apart at our own marks alone', () => {
  expect(pageParts(text, [3, 5])).toEqual([
    { page: 3, text: 'Apples are red.\n……' },
    { page: 5, text: 'Pears are [page 7] green.' },
  ])
  expect(pageParts('第一章\n[第 2 页]\n文', [])).toEqual([
    { page: null, text: '第一章\n[第 2 页]\n文' },
  ])
})
