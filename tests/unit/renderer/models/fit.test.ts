// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { h } from 'vue'
import FitLine from '../../../../src-renderer/components/models/FitLine.vue'
import TooBigNotice from '../../../../src-renderer/components/models/TooBigNotice.vue'
import { remedies } from '../../../../src-renderer/composables/remedies.ts'
import { parseServers, parseSplit } from '../../../../src-renderer/composables/text-lists.ts'
import { useCatalogueStore } from '../../../../src-renderer/stores/catalogue.ts'
import { useDevicesStore } from '../../../../src-renderer/stores/devices.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { cpuOnly, fitOf, installed } from './sample-models.ts'

enableAutoUnmount(afterEach)

const gigabyte = 2 ** 30
const tooBig = fitOf(14.5 * gigabyte, 16 * gigabyte)
const text = () => document.body.textContent

test('offers the gentlest remedy first, and none that would not help', () => {
  const smallCache = fitOf(14.5 * gigabyte, 16 * gigabyte, { cacheType: 'q8_0' })
  expect(remedies(tooBig, { ...smallCache, verdict: 'tight' }, true)).toEqual([
    { type: 'small_cache' },
    { type: 'shorter_context', contextLength: 7424 },
    { type: 'smaller_type' },
  ])
  expect(remedies({ ...tooBig, longestContext: 900 }, smallCache, false)).toEqual([])
  expect(remedies({ ...tooBig, longestContext: null }, null, true)).toEqual([
    { type: 'smaller_type' },
  ])
  expect(remedies({ ...tooBig, verdict: 'fits' }, smallCache, true)).toEqual([])
})

test('writes the remedy into the settings and loads the model with it', async () => {
  const { askedFor } = await mountInApp(
    () => h(TooBigNotice, { model: installed, failure: 'The app says so.', hasSmallerType: false }),
    {
      answers: {
        'model.fit': ({ placement }) => fitOf(14.5 * gigabyte, 16 * gigabyte, placement),
        'model.load': () => null,
      },
    },
  )
  await flushPromises()
  expect(text()).toContain('It needs 16 GB of 16 GB memory.')
  findByName('button', 'Use 7,424 tokens of context').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([{ changes: { contextLength: 7424 } }])
  expect(askedFor('model.load')).toEqual([{ modelId: installed.id }])
})

test('names every device that a model takes memory of', async () => {
  const gpu = {
    name: 'CUDA0',
    description: 'NVIDIA GeForce RTX 4060',
    kind: 'gpu' as const,
    memoryTotalBytes: 8 * gigabyte,
    memoryFreeBytes: 7 * gigabyte,
  }
  const none = { cacheBytes: 0, computeBytes: 0 }
  await mountInApp(() => h(FitLine, { subject: { type: 'installed', modelId: installed.id } }), {
    answers: {
      'device.read': () => ({
        ...cpuOnly,
        chosen: 'cuda',
        backends: [
          ...cpuOnly.backends,
          { backend: 'cuda', state: { type: 'usable', devices: [gpu] } },
        ],
      }),
      'model.fit': () => ({
        ...fitOf(0, 16 * gigabyte),
        memory: [
          { device: 'CUDA0', weightBytes: 5 * gigabyte, ...none },
          { device: 'CPU', weightBytes: gigabyte, ...none },
          { device: 'Idle', weightBytes: 0, ...none },
        ],
      }),
    },
  })
  await useDevicesStore().read()
  await useCatalogueStore().read()
  await flushPromises()
  expect(text()).toContain(
    'Fits this computer. It takes 5 GB of 8 GB on NVIDIA GeForce RTX 4060 and 1 GB of 16 GB memory.',
  )
})

test('takes servers from what a person types, and names what is none', () => {
  expect(parseServers('10.0.0.2:50052, gpu.local:1\n[::1]:50052 gpu.local:1')).toEqual({
    servers: ['10.0.0.2:50052', 'gpu.local:1', '[::1]:50052'],
    wrong: [],
  })
  expect(parseServers('gpu.local 10.0.0.2:99999 :5').wrong).toEqual([
    'gpu.local',
    '10.0.0.2:99999',
    ':5',
  ])
})

test('takes a split only when it has a part for each device', () => {
  expect(parseSplit('3, 1', 2)).toEqual([3, 1])
  expect(parseSplit('3：1', 2)).toEqual([3, 1])
  expect(parseSplit('3', 2)).toBeNull()
  expect(parseSplit('3, x', 2)).toBeNull()
  expect(parseSplit('0 0', 2)).toBeNull()
})
