import { expect, test } from 'vitest'
import { probeBackend } from '../../../../src-main/core/devices/probe-backend.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../../fakes/fake-engine-script.ts'

const gpu = {
  ...{ name: 'Vulkan0', description: 'A card', kind: 'gpu' },
  ...{ memoryTotalBytes: 8e9, memoryFreeBytes: 7e9 },
}

function probe(script: FakeEngineScript, reply: string, silenceLimitMs: number) {
  return probeBackend('vulkan', {
    engineFile: fakeEngineFile({
      ...script,
      results: { 'engine.devices': { devices: [gpu], modules: [] } },
    }),
    moduleFile: '/modules/libggml-vulkan.so',
    rpcServers: [],
    selfTest: () => Promise.resolve({ model: 'model.gguf', golden: [{ question: '?', reply }] }),
    ...{ silenceLimitMs, timeLimitMs: 300_000 },
    signal: new AbortController().signal,
  })
}

test('lets a slow device finish its test as long as pieces of the reply come', async () => {
  const reply = Array.from({ length: 30 }, (_, piece) => `${piece} `)

  const state = await probe({ reply, pieceDelayMs: 250 }, reply.join(''), 6000)

  expect(state).toEqual({ type: 'usable', devices: [gpu] })
})

test('ends the test of a device that says nothing any more', async () => {
  const probeFor = (limitMs: number) => probe({ on: { 'chat.generate': 'hang' } }, '', limitMs)
  let state = await probeFor(2000)
  // A busy machine may take longer than that to start the engine at all.
  for (let limitMs = 4000; state.type === 'unusable' && limitMs < 60_000; limitMs *= 2)
    state = await probeFor(limitMs)

  expect(state).toMatchObject({
    type: 'failed_test',
    reason: expect.stringContaining('hung') as string,
  })
})
