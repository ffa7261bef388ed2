// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import type { BenchmarkReport } from '@shared/benchmark.ts'
import { AppError } from '@shared/errors.ts'
import ToolSettings from '../../../../src-renderer/components/settings/ToolSettings.vue'
import { installed } from '../models/sample-models.ts'
import { useToastsStore } from '../../../../src-renderer/stores/toasts.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { readyModel } from './ready-model.ts'

enableAutoUnmount(afterEach)

const text = () => document.body.textContent
const snapshot = { model: readyModel }
const report: BenchmarkReport = {
  modelName: installed.name,
  weightType: 'q4_0',
  backend: 'CPU',
  threads: 4,
  promptTokens: 512,
  promptTokensPerSecond: 40.26,
  tokensPerSecond: 6.54,
  memoryBytesPerSecond: 25e9,
  bandwidthShare: 0.87,
  bareTokensPerSecond: 6.6,
}

test('measures only a loaded model', async () => {
  await mountInApp(ToolSettings)
  expect(findByName('button', 'Measure').hasAttribute('disabled')).toBe(true)
  expect(text()).toContain('Load a model first')
})

test('shows every figure of a measurement, and copies them', async () => {
  await mountInApp(ToolSettings, { snapshot, answers: { 'benchmark.run': () => report } })
  findByName('button', 'Measure').click()
  await flushPromises()
  const rows = [...document.querySelectorAll('.figures > div')].map((row) => [
    row.querySelector('dt')?.textContent,
    row.querySelector('dd')?.textContent,
  ])
  expect(rows).toContainEqual(['Writing', '6.5 tokens/s'])
  expect(rows).toContainEqual(['Reading 512 tokens', '40.3 tokens/s'])
  expect(rows).toContainEqual(['Memory bandwidth', '25 GB/s'])
  expect(rows).toContainEqual(['Share of the bandwidth used', '87%'])
  expect(rows).toContainEqual(['Writing with libllama alone', '6.6 tokens/s'])
  findByName('button', 'Copy').click()
  await flushPromises()
  expect(await navigator.clipboard.readText()).toBe(
    rows.map(([name, value]) => `${name}: ${value}`).join('\n'),
  )
})

test('cancels a measurement, shows no figures, and can begin another', async () => {
  const run = Promise.withResolvers<BenchmarkReport>()
  const { askedFor } = await mountInApp(ToolSettings, {
    snapshot,
    answers: { 'benchmark.run': () => run.promise, 'benchmark.cancel': () => null },
  })
  findByName('button', 'Measure').click()
  await flushPromises()
  expect(text()).toContain('Measuring')
  findByName('button', 'Cancel').click()
  await flushPromises()
  expect(askedFor('benchmark.cancel')).toEqual([{}])
  run.reject(new AppError('engine.cancelled', 'The English of the app.'))
  await flushPromises()
  expect(findByName('button', 'Measure').hasAttribute('disabled')).toBe(false)
  expect(document.querySelector('.figures')).toBeNull()
  expect(useToastsStore().toasts).toEqual([]) // who stops it knows that
})

test('copies the diagnosis as the app wrote it', async () => {
  await mountInApp(ToolSettings, {
    answers: { 'diagnosis.read': () => ({ text: '{ "version": "0.1.0" }' }) },
  })
  findByName('button', 'Copy').click()
  await flushPromises()
  expect(await navigator.clipboard.readText()).toBe('{ "version": "0.1.0" }')
  expect(text()).toContain('Copied.')
})
