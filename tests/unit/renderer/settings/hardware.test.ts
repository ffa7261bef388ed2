// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import type { DeviceReport } from '@shared/devices.ts'
import { defaultSettings } from '@shared/settings.ts'
import HardwareSettings from '../../../../src-renderer/components/settings/HardwareSettings.vue'
import { cpuOnly } from '../models/sample-models.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { typeInto } from './type-into.ts'

enableAutoUnmount(afterEach)

const gpu = (name: string) => ({
  name,
  description: `Card ${name}`,
  kind: 'gpu' as const,
  memoryTotalBytes: 8 * 2 ** 30,
  memoryFreeBytes: 7 * 2 ** 30,
})
const twoCards: DeviceReport = {
  probedAtMs: 1,
  chosen: 'cuda',
  backends: [
    ...cpuOnly.backends.filter(({ backend }) => backend === 'cpu'),
    { backend: 'cuda', state: { type: 'usable', devices: [gpu('CUDA0'), gpu('CUDA1')] } },
    { backend: 'vulkan', state: { type: 'failed_test', reason: 'it computed 3 for 2' } },
  ],
}
const rowText = (label: string) => {
  const row = [...document.querySelectorAll('.setting-row')].find(
    (one) => one.querySelector('h3')?.textContent === label,
  )
  return row?.textContent ?? null
}

test('says of each backend how it stands and why', async () => {
  await mountInApp(HardwareSettings, { answers: { 'device.read': () => cpuOnly } })
  await flushPromises()
  expect(rowText('Processor')).toContain('A processor, 16 GB')
  expect(rowText('NVIDIA GPU (CUDA)')).toContain('The pack is downloaded when you want it.')
  expect(rowText('GPU (Vulkan)')).toContain('Cannot be used: no driver')
  expect(rowText('Compute with')).toContain('Now: Processor.')
  expect(rowText('Layers on the GPU')).toBeNull()
})

test('names the cards, the share of each, and what failed its test', async () => {
  const { askedFor, wrapper } = await mountInApp(HardwareSettings, {
    answers: { 'device.read': () => twoCards },
  })
  await flushPromises()
  expect(rowText('NVIDIA GPU (CUDA)')).toContain('Card CUDA0, 8 GB · Card CUDA1, 8 GB')
  expect(rowText('GPU (Vulkan)')).toContain('its self-test failed: it computed 3 for 2')
  await typeInto('Share of each GPU', '3')
  expect(rowText('Share of each GPU')).toContain('Write 2 numbers, separated by commas.')
  await typeInto('Share of each GPU', '3, 1')
  wrapper.unmount()
  expect(askedFor('settings.write')).toEqual([{ changes: { tensorSplit: [3, 1] } }])
})

test('downloads the CUDA pack and shows how far it is', async () => {
  const { askedFor, emit } = await mountInApp(HardwareSettings, {
    answers: { 'device.install_cuda': () => null },
  })
  await flushPromises()
  findByName('button', 'Download the CUDA pack').click()
  await flushPromises()
  expect(askedFor('device.install_cuda')).toEqual([{}])
  const progress = { doneBytes: 5e8, totalBytes: 1e9, bytesPerSecond: 10e6, timeLeftMs: 50_000 }
  emit('device.installing', { progress })
  await flushPromises()
  expect(rowText('NVIDIA GPU (CUDA)')).toContain('50% · 10 MB/s · 50 s left')
  emit('device.installing', { progress: null })
  emit('devices.changed', { report: twoCards })
  await flushPromises()
  expect(rowText('NVIDIA GPU (CUDA)')).toContain('Works')
})

test('looks again when asked, and only once at a time', async () => {
  const { askedFor, emit } = await mountInApp(HardwareSettings, {
    answers: { 'device.probe': () => null },
  })
  await flushPromises()
  findByName('button', 'Look now').click()
  emit('devices.changed', { report: { ...cpuOnly, probedAtMs: null } })
  await flushPromises()
  expect(askedFor('device.probe')).toEqual([{}])
  expect(findByName('button', 'Looking…').hasAttribute('disabled')).toBe(true)
  expect(rowText('Compute with')).toContain('Looking for devices and testing them.')
})

test('keeps only servers that are ones, with a warning about the network', async () => {
  const settings = { ...defaultSettings, rpcServers: ['10.0.0.2:50052'] }
  const { askedFor, wrapper } = await mountInApp(HardwareSettings, { snapshot: { settings } })
  await flushPromises()
  const label = 'Servers on other computers'
  expect(rowText(label)).toContain('Use this only on a network you trust')
  await typeInto(label, '10.0.0.2:50052 nowhere')
  expect(rowText(label)).toContain('Write each server as host:port. This is none: nowhere')
  wrapper.unmount()
  expect(askedFor('settings.write')).toEqual([])
})
