// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { defineComponent } from 'vue'
import type { ChatSummary } from '@shared/chat.ts'
import { chatId } from '@shared/ids.ts'
import { usePalette } from '../../../../src-renderer/composables/use-palette.ts'
import { useShortcuts } from '../../../../src-renderer/composables/use-shortcuts.ts'
import { useChatsStore } from '../../../../src-renderer/stores/chats.ts'
import { mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)
afterEach(() => void (usePalette().isOpen.value = false))

const chat = (name: string): ChatSummary => ({
  id: chatId(name),
  title: name,
  createdAtMs: 0,
  updatedAtMs: 0,
  pinned: false,
  archived: false,
  tags: [],
  deletedAtMs: null,
})

async function mountShortcuts() {
  const page = defineComponent(() => {
    useShortcuts()
    return () => null
  })
  const chats = [chat('first'), chat('second')]
  const files = [{ fileName: '一.chatglm', text: '{}' }]
  const imported: string[] = []
  const app = await mountInApp(page, {
    answers: {
      'chat.list': () => ({ chats, next: null }),
      'host.take_opened_chats': () => files.shift() ?? null,
      'transfer.import': ({ fileName }) => {
        imported.push(fileName)
        return { source: 'chatglm', chats: 1, messages: 2, skippedChats: 0, warnings: [] }
      },
    },
  })
  await useChatsStore().read()
  return { ...app, imported, path: () => app.router.currentRoute.value.path }
}

async function press(init: KeyboardEventInit) {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
  document.body.dispatchEvent(event)
  await flushPromises()
  return event
}

test('goes to the pages and through the chats by keys', async () => {
  const { path } = await mountShortcuts()
  await press({ key: ',', ctrlKey: true })
  expect(path()).toBe('/settings')
  await press({ key: 'ArrowDown', altKey: true })
  expect(path()).toBe('/chat/first')
  await press({ key: 'ArrowDown', altKey: true })
  expect(path()).toBe('/chat/second')
  await press({ key: 'ArrowDown', altKey: true })
  expect(path()).toBe('/chat/second')
  await press({ key: 'O', ctrlKey: true, shiftKey: true })
  expect(path()).toBe('/')
  await press({ key: 'F1' })
  expect(path()).toBe('/guide')
})

test('keeps the browser from doing what a shortcut does here, and only then', async () => {
  await mountShortcuts()
  expect((await press({ key: 'k', ctrlKey: true })).defaultPrevented).toBe(true)
  expect(usePalette().isOpen.value).toBe(true)
  expect((await press({ key: 'k' })).defaultPrevented).toBe(false)
})

test('follows the menu of the host', async () => {
  const { emit, path, imported } = await mountShortcuts()
  emit('host.command', { command: 'models' })
  await flushPromises()
  expect(path()).toBe('/models')
  emit('host.command', { command: 'search' })
  expect(usePalette().isOpen.value).toBe(true)
  emit('host.command', { command: 'import_opened' })
  await flushPromises()
  expect(imported).toEqual(['一.chatglm'])
})
