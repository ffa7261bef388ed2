// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { h } from 'vue'
import { defaultSettings } from '@shared/settings.ts'
import FitDialog from '../../../../src-renderer/components/models/FitDialog.vue'
import { useDevicesStore } from '../../../../src-renderer/stores/devices.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { fitOf, installed } from './sample-models.ts'

enableAutoUnmount(afterEach)

const gigabyte = 2 ** 30
const text = () => document.body.textContent
const slider = () => findByName('slider', 'Context length')
const verdict = () => document.querySelector('.verdict')?.textContent

/** Of these weights, on a computer with 16 GB. */
async function openDialog(weightBytes: number) {
  const closed = vi.fn()
  const app = await mountInApp(() => h(FitDialog, { model: installed, onClose: closed }), {
    snapshot: { settings: { ...defaultSettings, contextLength: 32_768 } },
    answers: {
      'model.fit': ({ placement }) => fitOf(weightBytes, 16 * gigabyte, placement),
      'model.load': () => null,
    },
  })
  await useDevicesStore().read()
  await flushPromises()
  return { ...app, closed }
}

const press = async (key: string) => {
  slider().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await flushPromises()
}

test('shows what is too big with numbers, and the longest context that fits', async () => {
  await openDialog(14.5 * gigabyte)
  expect(text()).toContain('16 GB of 16 GB')
  expect(text()).toContain('Weights15 GB')
  expect(verdict()).toBe('Does not fit. The longest context that fits has 7,489 tokens.')
  expect(findByName('button', 'Use and load').hasAttribute('disabled')).toBe(true)
})

test('asks anew when the slider moves, and loads with what then fits', async () => {
  const { askedFor, closed } = await openDialog(14.5 * gigabyte)
  await press('Home')
  expect(slider().getAttribute('aria-valuenow')).toBe('2048')
  await vi.waitFor(() => expect(verdict()).toMatch(/^Fits only just\./))
  expect(askedFor('model.fit').at(-1)).toMatchObject({ placement: { contextLength: 2048 } })
  expect(askedFor('settings.write')).toEqual([])

  findByName('button', 'Use and load').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([
    { changes: { contextLength: 2048, cacheType: 'f16' } },
  ])
  expect(askedFor('model.load')).toEqual([{ modelId: installed.id }])
  expect(closed).toHaveBeenCalledOnce()
})

test('keeps what was chosen without loading the model', async () => {
  const { askedFor } = await openDialog(4 * gigabyte)
  expect(verdict()).toMatch(/^Fits this computer\./)
  findByName('radio', 'Half the size (Q8_0)').click()
  await flushPromises()
  findByName('button', 'Use these').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([
    { changes: { contextLength: 32_768, cacheType: 'q8_0' } },
  ])
  expect(askedFor('model.load')).toEqual([])
})

test('says that no context is short enough when the weights alone are too big', async () => {
  await openDialog(40 * gigabyte)
  expect(verdict()).toBe('Does not fit. No context is short enough.')
})
