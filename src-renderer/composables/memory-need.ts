import type { ModelDescription } from '@shared/engine-api.ts'

const bytesPerCacheValue = 2
/** Keys and values. */
const cacheTables = 2

/** The shapes of ChatGLM2-6B as its two official forms load, with the engine's own buffers. */
export const officialForms = [
  { name: 'int4', weightBytes: 3.5 * 2 ** 30 },
  { name: 'fp16', weightBytes: 11.7 * 2 ** 30 },
] as const

/** What one token of a conversation takes in ChatGLM2-6B. */
export const chatglm2TokenBytes = 28 * 1024

/** What the system and other programs want to keep, by experience. */
const reserveBytes = 2 * 2 ** 30

/** About the bytes that a model takes with conversations of this many tokens. */
export function memoryNeedBytes(description: ModelDescription, contextLength: number): number {
  const { layerCount, kvHeadCount, hiddenSize, headCount, sizeBytes } = description
  const valuesPerToken = layerCount * kvHeadCount * (hiddenSize / headCount) * cacheTables
  return sizeBytes + valuesPerToken * bytesPerCacheValue * contextLength
}

/** Whether it fits beside the rest of the system, fits only just, or does not fit. */
export function memoryFit(needBytes: number, totalBytes: number): 'fits' | 'tight' | 'too_big' {
  if (needBytes + reserveBytes <= totalBytes) return 'fits'
  return needBytes <= totalBytes ? 'tight' : 'too_big'
}
