import { expect, test } from 'vitest'
import { accuracyOf } from '../../../../src-main/core/eval/accuracy.ts'

// Values of Wilson's interval without correction, as R's `prop.test(…, correct = FALSE)` prints them.
test.each([
  [5, 10, 0.5, 0.2366, 0.7634],
  [81, 263, 0.308, 0.2553, 0.3662],
  [0, 20, 0, 0, 0.1611],
  [20, 20, 1, 0.8389, 1],
])('%i right of %i', (correct, count, share, low, high) => {
  const found = accuracyOf(correct, count)
  expect(found.share).toBeCloseTo(share, 4)
  expect(found.low).toBeCloseTo(low, 4)
  expect(found.high).toBeCloseTo(high, 4)
})

test('nothing is known of no questions', () => {
  expect(accuracyOf(0, 0)).toEqual({ count: 0, correct: 0, share: 0, low: 0, high: 1 })
})
