// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import type { SearchHit } from '@shared/chat.ts'
import { chatId, messageId } from '@shared/ids.ts'
import CommandPalette from '../../../../src-renderer/components/palette/CommandPalette.vue'
import { usePalette } from '../../../../src-renderer/composables/use-palette.ts'
import { useDownloadsStore } from '../../../../src-renderer/stores/downloads.ts'
import { useSettingsStore } from '../../../../src-renderer/stores/settings.ts'
import { type FakeAnswers } from '../fake-bridge.ts'
import { mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)
afterEach(() => void (usePalette().isOpen.value = false))

const hit: SearchHit = {
  position: 9,
  chatId: chatId('chat'),
  chatTitle: '物理',
  messageId: messageId('message'),
  role: 'user',
  createdAtMs: 0,
  excerpt: '什么是量子力学',
  excerptOffset: 0,
  highlights: [{ start: 3, end: 5 }],
}

async function openPalette(answers: FakeAnswers = {}) {
  const app = await mountInApp(CommandPalette, {
    answers: { 'search.find_titles': () => [], 'search.find': () => [hit], ...answers },
  })
  usePalette().isOpen.value = true
  await flushPromises()
  return app
}

function input(): HTMLInputElement {
  const found = document.querySelector<HTMLInputElement>('[role="combobox"]')
  if (!found) throw new Error('The palette is not open.')
  return found
}

async function type(text: string) {
  input().value = text
  input().dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

const options = () =>
  [...document.querySelectorAll('[role="option"]')].map((one) => one.textContent.trim())

/** What Enter would choose is the first of what is offered now, and no longer of what was. */
const firstIsActive = () =>
  vi.waitFor(() => {
    const active = input().getAttribute('aria-activedescendant')
    expect(active).toBeTruthy()
    expect(active).toBe(document.querySelector('[role="option"]')?.id)
  })

async function press(key: string) {
  input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}

test('finds messages, marks what matches and jumps to the message', async () => {
  const { router } = await openPalette()
  await type('量子')
  await vi.waitFor(() => expect(options()[0]).toContain('什么是量子力学'))
  expect(document.querySelector('[role="option"] mark')?.textContent).toBe('量子')
  expect(document.querySelector('[role="dialog"] [role="status"]')?.textContent).toContain('1')

  await firstIsActive()
  await press('Enter')
  expect(usePalette().isOpen.value).toBe(false)
  await vi.waitFor(() =>
    expect(router.currentRoute.value.fullPath).toBe('/chat/chat?message=message'),
  )
})

test('runs a command by its name', async () => {
  await openPalette({ 'search.find': () => [] })
  await type('theme dark')
  await vi.waitFor(() => expect(options()).toEqual(['Theme: dark']))
  await firstIsActive()
  await press('Enter')
  expect(useSettingsStore().settings.theme).toBe('dark')
})

test('shows the downloads', async () => {
  await openPalette({ 'search.find': () => [] })
  await type('downloads')
  await vi.waitFor(() => expect(options()).toEqual(['Show the downloads']))
  await firstIsActive()
  await press('Enter')
  await vi.waitFor(() => expect(useDownloadsStore().isListOpen).toBe(true))
})

test('shows the answer to what is typed, not to what was typed before', async () => {
  const waiting = new Map<string, (hits: SearchHit[]) => void>()
  await openPalette({
    'search.find': ({ text }) => new Promise((resolve) => void waiting.set(text, resolve)),
  })
  await type('旧')
  await vi.waitFor(() => expect(waiting.has('旧')).toBe(true))
  await type('新')
  await vi.waitFor(() => expect(waiting.has('新')).toBe(true))
  waiting.get('新')?.([{ ...hit, excerpt: 'a new text', highlights: [] }])
  await flushPromises()
  waiting.get('旧')?.([{ ...hit, excerpt: 'an old text', highlights: [] }])
  await flushPromises()
  await vi.waitFor(() => expect(options()[0]).toContain('a new text'))
  expect(options().join()).not.toContain('an old text')
})

test('says so when nothing is found', async () => {
  await openPalette({ 'search.find': () => [] })
  await type('zzz')
  await vi.waitFor(() =>
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('Nothing found'),
  )
})
