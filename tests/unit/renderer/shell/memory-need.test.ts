import { expect, test } from 'vitest'
import type { ModelDescription } from '@shared/engine-api.ts'
import {
  chatglm2TokenBytes,
  memoryFit,
  memoryNeedBytes,
} from '../../../../src-renderer/composables/memory-need.ts'

const chatglm2: ModelDescription = {
  path: '',
  format: 'gguf',
  family: 'chatglm2',
  weightType: 'q4_0',
  sizeBytes: 3_500_000_000,
  parameterCount: 6_243_584_000,
  layerCount: 28,
  hiddenSize: 4096,
  feedForwardSize: 13696,
  headCount: 32,
  kvHeadCount: 2,
  vocabularySize: 65024,
  contextLength: 32768,
  ropeScale: 1,
  ropeBase: 10000,
}

test('counts 28 KiB for each token of ChatGLM2-6B', () => {
  const perToken = memoryNeedBytes(chatglm2, 1001) - memoryNeedBytes(chatglm2, 1000)
  expect(perToken).toBe(chatglm2TokenBytes)
})

test('leaves some memory to the rest of the system', () => {
  const gigabyte = 2 ** 30
  expect(memoryFit(12 * gigabyte, 16 * gigabyte)).toBe('fits')
  expect(memoryFit(15 * gigabyte, 16 * gigabyte)).toBe('tight')
  expect(memoryFit(17 * gigabyte, 16 * gigabyte)).toBe('too_big')
})
