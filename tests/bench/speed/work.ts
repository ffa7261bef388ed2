import type { SpeedCase, Weights } from './grid.ts'

/*
 * What a token costs in ChatGLM2-6B's shape. Sizes: its config.json. Only what grows with the
 * tokens is counted; norms, rope and sums are small beside it.
 */
const hidden = 4096
const feedForward = 13_696
const queriesKeysValues = 4608
const vocabulary = 65_024
const cacheWidth = 2 * 2 * 128 // keys and values of 2 groups of 128

/** Weights of the four quantised matrices of a layer. */
const layerWeights =
  hidden * queriesKeysValues + hidden * hidden + hidden * 2 * feedForward + feedForward * hidden

/** Scales are kept once a row by our kernels, so they do not count. */
const bytesOfWeight: Record<Weights, number> = { q4_0: 0.5, q8_0: 1 }
const halfBytes = 2

/** Multiply-adds of quantised weights with one token. */
export const productsOfToken = (layers: number): number => layers * layerWeights

/** Bytes that must be read for one token: all weights, the F16 output, and the F16 cache so far. */
export function bytesOfToken(weights: Weights, layers: number, depth: number): number {
  const cache = layers * cacheWidth * halfBytes * depth
  return layers * layerWeights * bytesOfWeight[weights] + vocabulary * hidden * halfBytes + cache
}

/** What a machine can do with so many threads; figures a second. */
export interface Limit {
  readBytes?: number | undefined
  byteProducts?: number | undefined
}

/**
 * How much of the limit `perSecond` tokens a second are: of reading memory for single tokens, of
 * multiplying bytes for several at once. Attention is not counted in products.
 */
export function shareOfLimit(
  perSecond: number,
  { kind, count, depth }: SpeedCase,
  { weights, layers }: { weights: Weights; layers: number },
  { readBytes, byteProducts }: Limit,
): number {
  const isSingle = kind === 'reply' || (kind === 'batch' && count === 1)
  return isSingle
    ? (perSecond * bytesOfToken(weights, layers, depth)) / (readBytes ?? NaN)
    : (perSecond * productsOfToken(layers)) / (byteProducts ?? NaN)
}
