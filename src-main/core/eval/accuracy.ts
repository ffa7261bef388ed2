import type { Accuracy } from '../../shared/eval-report.ts'

/** For people, with one digit behind the point unless told otherwise. */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)}%`

/** The normal quantile for 95%, two-sided. */
export const quantile95 = 1.959964

/** Wilson's score interval (E. B. Wilson, 1927), which holds for few questions, too. */
export function accuracyOf(correct: number, count: number): Accuracy {
  if (count === 0) return { count, correct, share: 0, low: 0, high: 1 }
  const share = correct / count
  const square = quantile95 ** 2
  const middle = share + square / (2 * count)
  const reach = quantile95 * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2))
  const scale = 1 + square / count
  const low = correct === 0 ? 0 : (middle - reach) / scale
  const high = correct === count ? 1 : (middle + reach) / scale
  return { count, correct, share, low, high }
}
