import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { BackendState, DeviceReport } from '../../../../src-main/shared/devices.ts'
import { modelId } from '../../../../src-main/shared/ids.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { newDataFolder, startTestApp, type TestApp } from '../../../fakes/test-app.ts'
import { readTextFile } from '../../../fakes/wait.ts'

let fixture: TestApp

afterEach(() => fixture.app.close())

const gpu = {
  ...{ name: 'Vulkan0', description: 'A card', kind: 'gpu' },
  ...{ memoryTotalBytes: 8e9, memoryFreeBytes: 7e9 },
}

/** An engine with a Vulkan module beside it; what the module is does not matter to the fake. */
function engineWithVulkan(script: FakeEngineScript): string {
  const engineFile = fakeEngineFile(script)
  const modules = join(dirname(engineFile), 'modules')
  mkdirSync(modules)
  writeFileSync(join(modules, 'libggml-vulkan.so'), 'a module')
  return engineFile
}

async function probe(script: FakeEngineScript): Promise<DeviceReport> {
  fixture = await startTestApp(script, newDataFolder(), engineWithVulkan(script))
  await fixture.ask('device.probe', {})
  return fixture.ask('device.read', {})
}

const stateOf = (report: DeviceReport, name: string): BackendState | undefined =>
  report.backends.find(({ backend }) => backend === name)?.state

const expectedFile = join(import.meta.dirname, '../../../../resources/demo-model/expected.json')

/** What the demo model answers, by question. */
function goldenReplies(): Record<string, string> {
  const { items } = z
    .object({ items: z.array(z.object({ query: z.string(), reply: z.string() })) })
    .parse(JSON.parse(readFileSync(expectedFile, 'utf8')))
  return Object.fromEntries(items.map(({ query, reply }) => [query, reply]))
}

const devices = (found: object[]) => ({ 'engine.devices': { devices: found, modules: [] } })

test('chooses the CPU where there is no GPU, and gives no device to a load', async () => {
  const report = await probe({ results: devices([]) })

  expect(report.chosen).toBe('cpu')
  expect(stateOf(report, 'cuda')).toEqual({ type: 'absent' })
  expect(stateOf(report, 'vulkan')?.type).toBe('unusable')
  const subject = { type: 'catalogue', catalogueId: 'chatglm2-6b', convertTo: 'q8_0' } as const
  const { placement } = await fixture.ask('model.fit', { subject, placement: {} })
  expect(placement).toEqual({ contextLength: 8192, cacheType: 'f16', gpuLayers: 0 })
})

test('says why a module could not be loaded', async () => {
  const reason = 'libvulkan.so.1: cannot open shared object file'
  const modules = [{ name: 'libggml-vulkan.so', isLoaded: false, reason }]

  const report = await probe({ results: { 'engine.devices': { devices: [], modules } } })

  expect(stateOf(report, 'vulkan')).toEqual({ type: 'unusable', reason })
})

test('switches off a device that answers wrongly', async () => {
  const report = await probe({ results: devices([gpu]), reply: ['Something else'] })

  expect(stateOf(report, 'vulkan')).toMatchObject({
    type: 'failed_test',
    reason: expect.stringContaining('Something else') as string,
  })
  expect(report.chosen).toBe('cpu')
})

test('switches off a device that crashes the engine', async () => {
  const report = await probe({ results: devices([gpu]), on: { 'chat.generate': 'SIGSEGV' } })

  expect(stateOf(report, 'vulkan')?.type).toBe('failed_test')
  expect(report.chosen).toBe('cpu')
})

test('uses a device that answers as it should, and gives it layers', async () => {
  const requestLog = join(newDataFolder(), '..', 'requests')

  const report = await probe({ results: devices([gpu]), answers: goldenReplies(), requestLog })

  expect(report.chosen).toBe('vulkan')
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  expect(readTextFile(requestLog)).toContain('"devices":["Vulkan0"]')
})

test('finds the layers that fit with at most six questions', async () => {
  const requestLog = join(newDataFolder(), '..', 'requests')
  await probe({ results: devices([gpu]), answers: goldenReplies(), requestLog })
  const before = readTextFile(requestLog).split('model.fit ').length
  const subject = { type: 'catalogue', catalogueId: 'chatglm2-6b', convertTo: 'q8_0' } as const

  await fixture.ask('model.fit', { subject, placement: { gpuLayers: 3 } })

  const asked = readTextFile(requestLog).split('model.fit ').length - before
  expect(asked).toBeGreaterThan(1)
  expect(asked).toBeLessThanOrEqual(1 + 6) // and one for the placement itself
})
