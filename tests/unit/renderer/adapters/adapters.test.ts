// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import type { AdapterChoice, InstalledAdapter } from '@shared/adapters.ts'
import type { ChatSettings } from '@shared/chat.ts'
import { AppError } from '@shared/errors.ts'
import { adapterId, remoteId } from '@shared/ids.ts'
import { defaultSettings } from '@shared/settings.ts'
import AdapterChip from '../../../../src-renderer/components/adapters/AdapterChip.vue'
import AdapterSection from '../../../../src-renderer/components/adapters/AdapterSection.vue'
import ChatSettingsDialog from '../../../../src-renderer/components/chat/ChatSettingsDialog.vue'
import { undoMs } from '../../../../src-renderer/stores/toasts.ts'
import type { FakeAnswers } from '../fake-bridge.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)
afterEach(() => vi.useRealTimers())

const poems: InstalledAdapter = {
  ...{ id: adapterId('a1'), name: 'poems', sizeBytes: 7_340_032, addedAtMs: 1 },
  description: { type: 'lora', rank: 8 },
}
const prefix: InstalledAdapter = {
  ...{ id: adapterId('a2'), name: 'adgen/checkpoint-3000', sizeBytes: 14_680_064, addedAtMs: 2 },
  description: { type: 'prefix', prefixLength: 128 },
}
const both = [poems, prefix]
const choiceOf = ({ id, name }: InstalledAdapter, scale = 1): AdapterChoice => ({
  ...{ adapterId: id, name, scale },
})
const text = () => document.body.textContent

/** The settings of a chat, which take what is chosen in them. */
async function openSettings(settings: ChatSettings, answers: FakeAnswers = {}) {
  const held = ref(settings)
  const dialog = defineComponent(
    () => () =>
      h('div', [
        h(AdapterChip, { settings: held.value }),
        h(ChatSettingsDialog, {
          ...{ open: true, settings: held.value, defaults: defaultSettings },
          onChange: (changed: ChatSettings) => (held.value = changed),
        }),
      ]),
  )
  const app = await mountInApp(dialog, {
    answers: { 'adapter.list': () => both, ...answers },
    snapshot: { host: 'desktop' },
  })
  await flushPromises()
  return { ...app, held }
}

test('official values are for what has them, and leave who answers', async () => {
  const adapter = choiceOf(poems, 0.5)
  const { held } = await openSettings({ adapter, preamble: 'x', sampling: { temperature: 2 } })
  findByName('button', 'Official values').click()
  await flushPromises()
  expect(held.value).toEqual({ adapter })
})

test('a LoRA adapter has a strength, which may be more than the slider reaches', async () => {
  const { held } = await openSettings({ adapter: choiceOf(poems), preamble: 'x' })
  expect(findByName('combobox', 'Adapter').textContent).toContain('poems')
  const field = findByName('spinbutton', 'Strength of the adapter')
  if (!(field instanceof HTMLInputElement)) throw new Error('The strength has no field.')
  field.value = '3.5'
  field.dispatchEvent(new Event('blur')) // a number counts once its field is left
  await flushPromises()
  expect(held.value).toEqual({ adapter: choiceOf(poems, 3.5), preamble: 'x' })
  expect(findByName('button', 'Adapter: poems × 3.5')).toBeTruthy()
})

test('a prefix has none', async () => {
  await openSettings({ adapter: choiceOf(prefix) })
  expect(findByName('combobox', 'Adapter').textContent).toContain('adgen/checkpoint-3000')
  expect(text()).not.toContain('Strength of the adapter')
})

test('an adapter that is gone stays chosen and is said to be gone', async () => {
  const { emit } = await openSettings({ adapter: choiceOf(poems) })
  expect(text()).not.toContain('gone')
  emit('adapters.changed', { adapters: [prefix] })
  await flushPromises()
  expect(findByName('combobox', 'Adapter').textContent).toContain('poems (gone)')
  expect(findByName('button', 'Adapter: poems (gone)')).toBeTruthy()
  expect(text()).toContain('poems is gone, so this chat cannot be answered.')
})

test('a chat that a server answers is offered none', async () => {
  const remote = { remoteId: remoteId('r'), model: 'm', contextLength: null }
  await openSettings({ adapter: choiceOf(poems), remote })
  expect(text()).not.toContain('poems')
  expect(() => findByName('combobox', 'Adapter')).toThrow()
})

const mountSection = (answers: FakeAnswers = {}, host: 'desktop' | 'web' = 'desktop') =>
  mountInApp(AdapterSection, {
    answers: { 'adapter.list': () => both, ...answers },
    snapshot: { host },
  })

test('the list says of each what it is and what it takes', async () => {
  await mountSection()
  await flushPromises()
  for (const fact of ['poems', 'LoRA', 'Rank8', 'nothing', '7.34 MB'])
    expect(text()).toContain(fact)
  for (const fact of ['adgen/checkpoint-3000', 'P-Tuning v2', '128 tokens', '14.7 MB'])
    expect(text()).toContain(fact)
})

test('one that cannot be added says why', async () => {
  const fileProblem = { problem: 'no_adapter', file: '/训练/空', detail: '' }
  await mountSection({
    'host.pick_folder': () => ({ path: '/训练/空' }),
    'adapter.add': () => {
      throw new AppError('engine.unsupported_conversion', 'English.', { fileProblem })
    },
  })
  findByName('button', 'Add a folder…').click()
  await flushPromises()
  expect(text()).toContain('空 holds no adapter. Choose the folder of a P-Tuning v2 checkpoint')
})

test('one is removed when that can no longer be undone', async () => {
  vi.useFakeTimers()
  const { askedFor } = await mountSection({ 'adapter.remove': () => null })
  await flushPromises()
  findByName('button', 'Remove poems').click()
  await flushPromises()
  expect(() => findByName('button', 'Remove poems')).toThrow()
  findByName('button', 'Undo').click()
  await flushPromises()
  findByName('button', 'Remove poems').click()
  expect(askedFor('adapter.remove')).toEqual([])
  await vi.advanceTimersByTimeAsync(undoMs + 1000)
  expect(askedFor('adapter.remove')).toEqual([{ adapterId: poems.id }])
})
