// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { ChatSummary } from '@shared/chat.ts'
import { chatId } from '@shared/ids.ts'
import ChatRow from '../../../../src-renderer/components/sidebar/ChatRow.vue'
import TagDialog from '../../../../src-renderer/components/sidebar/TagDialog.vue'
import { findByName, mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)

const chat: ChatSummary = {
  id: chatId('chat'),
  title: '旧标题',
  createdAtMs: 0,
  updatedAtMs: 0,
  pinned: false,
  archived: false,
  tags: [],
  deletedAtMs: null,
}

async function mountRow(row: ChatSummary = chat, isAnswering = false) {
  const props = { chat: row, isOpen: false, isSelected: false, isAnswering, isActive: true }
  const page = defineComponent(() => () => h(ChatRow, props))
  return mountInApp(page, { answers: { 'chat.rename': () => null }, locale: 'zh-CN' })
}

function key(target: Element, init: KeyboardEventInit) {
  target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
}

function field(): HTMLInputElement {
  const found = document.querySelector('input')
  if (!found) throw new Error('Nothing is being renamed.')
  return found
}

async function beginRename() {
  key(findByName('button', '旧标题'), { key: 'F2' })
  await flushPromises()
  return field()
}

test('renames with F2 and Enter, but not with the Enter of an input method', async () => {
  const { askedFor } = await mountRow()
  const input = await beginRename()
  input.value = '新标题'
  input.dispatchEvent(new Event('input'))
  key(input, { key: 'Enter', isComposing: true })
  await flushPromises()
  expect(askedFor('chat.rename')).toEqual([])
  key(field(), { key: 'Enter' })
  await flushPromises()
  expect(askedFor('chat.rename')).toEqual([{ chatId: chat.id, title: '新标题' }])
  expect(document.activeElement?.getAttribute('data-chat-id')).toBe(chat.id)
})

test('keeps the old title on Escape and when nothing is written', async () => {
  const { askedFor } = await mountRow()
  const input = await beginRename()
  input.value = 'something'
  input.dispatchEvent(new Event('input'))
  key(input, { key: 'Escape' })
  await flushPromises()
  const again = await beginRename()
  again.value = '  '
  again.dispatchEvent(new Event('input'))
  key(again, { key: 'Enter' })
  await flushPromises()
  expect(askedFor('chat.rename')).toEqual([])
})

test('gives a chat without a title a name, and tells when it is being answered', async () => {
  await mountRow({ ...chat, title: '' }, true)
  const button = document.querySelector('[data-chat-id]')
  expect(button?.textContent).toContain('新对话')
  expect(button?.textContent).toContain('正在回答')
})

test('opens the tags with the focus where they are written', async () => {
  const page = defineComponent(() => () => h(TagDialog, { chat: { ...chat, tags: ['诗'] } }))
  const { askedFor } = await mountInApp(page, { answers: { 'chat.write_tags': () => null } })
  await vi.waitFor(() => expect(document.activeElement).toBe(findByName('textbox', 'New tag')))
  findByName('button', 'Remove the tag 诗').click()
  await flushPromises()
  findByName('button', 'Save').click()
  await flushPromises()
  expect(askedFor('chat.write_tags')).toEqual([{ chatId: chat.id, tags: [] }])
})

test('opens its menu by its button and by a right click, and gives the focus back', async () => {
  await mountRow()
  expect(document.querySelector('[role=menu]')).toBeNull()
  const title = document.querySelector<HTMLElement>('[data-chat-id]')
  title?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))
  await vi.waitFor(() => expect(document.querySelector('[role=menu]')).not.toBeNull())
  key(document.activeElement ?? document.body, { key: 'Escape' })
  await vi.waitFor(() => expect(document.querySelector('[role=menu]')).toBeNull())
  expect(document.activeElement).toBe(title)

  const more = findByName('button', '“旧标题”的菜单')
  more.click()
  await vi.waitFor(() => expect(more.getAttribute('aria-expanded')).toBe('true'))
  expect(document.querySelector('[role=menu]')?.textContent).toContain('重命名')
})
