// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { AppError } from '@shared/errors.ts'
import { defaultSettings } from '@shared/settings.ts'
import { useSettingsStore } from '../../../../src-renderer/stores/settings.ts'
import { useToastsStore } from '../../../../src-renderer/stores/toasts.ts'
import SettingsView from '../../../../src-renderer/views/SettingsView.vue'
import { findByName, mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)

const labels = () => [...document.querySelectorAll('.setting-row h3')].map((one) => one.textContent)

async function search(text: string) {
  const field = document.querySelector<HTMLInputElement>('input[aria-label="Search settings"]')
  if (!field) throw new Error('There is no search.')
  field.value = text
  field.dispatchEvent(new Event('input'))
  await flushPromises()
}

test('finds settings by their words and by their section', async () => {
  await mountInApp(SettingsView)
  const all = labels().length
  await search('top-k')
  expect(labels()).toEqual(['Top-k'])
  await search('appearance')
  expect(labels()).toEqual(['Theme', 'Language', 'Text size'])
  await search('zebra')
  expect(labels()).toEqual([])
  expect(document.body.textContent).toContain('No setting with these words')
  await search('')
  expect(labels()).toHaveLength(all)
})

test('saves what is chosen at once', async () => {
  const { askedFor } = await mountInApp(SettingsView)
  findByName('radio', 'Dark').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([{ changes: { theme: 'dark' } }])
})

test('goes back to what was set, and says why, when the app refuses a change', async () => {
  await mountInApp(SettingsView, {
    answers: {
      'settings.write': () => {
        throw new AppError('store.disk_full', 'The English of the app.')
      },
    },
    locale: 'zh-CN',
  })
  findByName('radio', '深色').click()
  await flushPromises()
  expect(useSettingsStore().settings.theme).toBe('system')
  expect(useToastsStore().toasts[0]?.text).toBe('磁盘已满，请腾出空间后重试。')
})

test('resets the sampling to the official values', async () => {
  const settings = { ...defaultSettings, sampling: { temperature: 1.2 } }
  const { askedFor } = await mountInApp(SettingsView, { snapshot: { settings } })
  await flushPromises()
  findByName('button', 'Reset').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([{ changes: { sampling: {} } }])
  expect(findByName('button', 'Reset').hasAttribute('disabled')).toBe(true)
})

test('keeps what was typed last when the page is left at once', async () => {
  const { askedFor, wrapper } = await mountInApp(SettingsView)
  const field = document.querySelector('textarea')
  if (!field) throw new Error('There is no field for the instructions.')
  field.value = '请用中文回答。'
  field.dispatchEvent(new Event('input'))
  wrapper.unmount()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([{ changes: { preamble: '请用中文回答。' } }])
})

test('leaves out what only a desktop has when it is shown in a browser', async () => {
  await mountInApp(SettingsView, { snapshot: { host: 'web' } })
  await flushPromises()
  expect(labels()).not.toContain('Keep running in the tray')
})
