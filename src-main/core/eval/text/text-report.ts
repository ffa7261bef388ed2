import { deviation, max, mean, quantileSorted } from 'd3-array'
import type { Perplexity, TextReport, TokenMean } from '../../../shared/eval-report.ts'
import { accuracyOf, quantile95 } from '../accuracy.ts'
import type { WindowScore } from './window-score.ts'

function meanOf(values: number[]): TokenMean {
  const standardError = (deviation(values) ?? 0) / Math.sqrt(Math.max(values.length, 1))
  return { mean: mean(values) ?? 0, standardError }
}

/** From natural logarithms of how likely each token was. */
export function perplexityOf(logprobs: number[]): Perplexity {
  const found = meanOf(logprobs.map((value) => -value))
  const reach = quantile95 * found.standardError
  return {
    ...found,
    perplexity: Math.exp(found.mean),
    low: Math.exp(found.mean - reach),
    high: Math.exp(found.mean + reach),
  }
}

/** From 0 to 1; 0 of none. */
export const quantileOf = (ordered: number[], share: number): number =>
  quantileSorted(ordered, share) ?? 0

/** What all windows together say, of which there is one at least. */
export function textReport(windows: WindowScore[]): TextReport {
  const logprobs = windows.flatMap((window) => window.logprobs)
  const divergences = windows.flatMap((window) => window.divergences)
  const nats = divergences.map((one) => one.nats)
  const ordered = nats.toSorted((a, b) => a - b)
  const divergence = {
    ...meanOf(nats),
    median: quantileOf(ordered, 0.5),
    p90: quantileOf(ordered, 0.9),
    p99: quantileOf(ordered, 0.99),
    most: max(ordered) ?? 0,
    sameChoice: accuracyOf(divergences.filter((one) => one.sameChoice).length, divergences.length),
    reference: perplexityOf(divergences.map((one) => one.referenceLogprob)),
  }
  return {
    tokens: logprobs.length,
    measured: perplexityOf(logprobs),
    divergence: divergences.length > 0 ? divergence : null,
  }
}
