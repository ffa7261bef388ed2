import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { memoryBudgets, verdictOf } from '../../../../src-main/core/models/memory-budget.ts'
import type { MemoryUse } from '../../../../src-main/shared/engine-api.ts'

const gibibyte = 2 ** 30
const use = (device: string, gibibytes: number): MemoryUse => ({
  ...{ device, weightBytes: gibibytes * gibibyte, cacheBytes: 0, computeBytes: 0 },
})
const budget = (device: string, total: number, free: number) => ({
  ...{ device, totalBytes: total * gibibyte, freeBytes: free * gibibyte },
})

test('what fits into free memory fits, and what needs other programs closed is only tight', () => {
  const budgets = [budget('CPU', 16, 6)]
  expect(verdictOf([use('CPU', 6)], budgets)).toBe('fits')
  expect(verdictOf([use('CPU', 16)], budgets)).toBe('tight')
  expect(verdictOf([use('CPU', 16.01)], budgets)).toBe('too_big')
})

test('every device must hold its own part', () => {
  const budgets = [budget('CPU', 16, 12), budget('Vulkan0', 8, 8)]
  expect(verdictOf([use('CPU', 1), use('Vulkan0', 8)], budgets)).toBe('fits')
  expect(verdictOf([use('CPU', 1), use('Vulkan0', 9)], budgets)).toBe('too_big')
  expect(verdictOf([use('CPU', 17), use('Vulkan0', 1)], budgets)).toBe('too_big')
})

test('a device that nobody knows the memory of is tried', () => {
  expect(verdictOf([use('RPC0', 100)], [budget('CPU', 16, 12)])).toBe('fits')
})

test('what the loaded model holds counts as free, and never more than there is', () => {
  const [alone] = memoryBudgets([], null)
  const memory = [use('CPU', 1_000_000)]
  const [beside] = memoryBudgets([], { memory })
  expect(beside?.totalBytes).toBe(alone?.totalBytes)
  expect(beside?.freeBytes).toBeGreaterThan(alone?.freeBytes ?? 0)
  expect(beside?.freeBytes).toBeLessThan(totalmem())
})
