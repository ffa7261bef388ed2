import { expect, test } from 'vitest'
import { bytesOfToken, productsOfToken, shareOfLimit } from '../../bench/speed/work.ts'

test("counts what a token of ChatGLM2-6B costs, as its file's size tells", () => {
  // 6,243,584,000 parameters, of which two tables of 65,024 × 4,096 and the norms and biases are
  // not in quantised matrices.
  const tables = 2 * 65_024 * 4096
  const normsAndBiases = 28 * (2 * 4096 + 4608) + 4096
  expect(productsOfToken(28)).toBe(6_243_584_000 - tables - normsAndBiases)
  const half = tables // one of the two tables in two bytes
  expect(bytesOfToken('q4_0', 28, 0)).toBe(productsOfToken(28) / 2 + half)
  // 28 layers × 2 groups × 128 × keys and values × 2 bytes
  expect(bytesOfToken('q8_0', 28, 1) - bytesOfToken('q8_0', 28, 0)).toBe(28_672)
})

test('takes memory as the limit of single tokens and products as that of several', () => {
  const model = { weights: 'q4_0', layers: 28 } as const
  const limit = {
    readBytes: 2 * bytesOfToken('q4_0', 28, 100),
    byteProducts: productsOfToken(28) * 4,
  }
  expect(shareOfLimit(1, { kind: 'reply', count: 8, depth: 100 }, model, limit)).toBeCloseTo(0.5)
  expect(shareOfLimit(1, { kind: 'prompt', count: 8, depth: 100 }, model, limit)).toBeCloseTo(0.25)
  expect(shareOfLimit(1, { kind: 'batch', count: 4, depth: 0 }, model, limit)).toBeCloseTo(0.25)
})
