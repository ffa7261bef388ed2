import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textReport } from '../../../../src-main/core/eval/text/text-report.ts'
import { textReportAsCsv } from '../../../../src-main/core/eval/text/text-table.ts'
import { textWindows } from '../../../../src-main/core/eval/text/text-windows.ts'
import { textPage } from '../../../../src-main/core/eval/report/text-page.ts'

test('every token of a text counts once, after half a window where there is so much', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 4, max: 40 }),
      (count, size) => {
        const prefix = [-1, -2]
        const text = Array.from({ length: count }, (_, index) => index)
        const windows = textWindows(prefix, text, size)
        const counted = windows.flatMap(({ ids, scoredFrom }) => ids.slice(scoredFrom))
        expect(counted).toEqual(text)
        for (const [index, { id, ids, scoredFrom }] of windows.entries()) {
          expect(id).toBe(String(index))
          expect(ids.length).toBeLessThanOrEqual(size)
          expect(ids.slice(0, 2)).toEqual(prefix)
          const before = index === 0 ? 0 : Math.floor((size - 2) / 2)
          expect(scoredFrom).toBeGreaterThanOrEqual(2 + before)
        }
      },
    ),
  )
})

const divergence = (nats: number, referenceLogprob: number, sameChoice: boolean) => ({
  ...{ nats, referenceLogprob, sameChoice },
})
const windows = [
  {
    id: '1',
    logprobs: [Math.log(0.5), Math.log(0.25)],
    divergences: [divergence(0.1, Math.log(0.5), true), divergence(0.3, Math.log(0.5), false)],
  },
  { id: '0', logprobs: [Math.log(0.125)], divergences: [divergence(0.2, Math.log(0.5), true)] },
]

test('a report tells perplexity and divergence', () => {
  const { tokens, measured, divergence: found } = textReport(windows)
  expect(tokens).toBe(3)
  expect(measured.perplexity).toBeCloseTo(4, 12) // the geometric mean of 2, 4 and 8
  expect(measured.standardError).toBeCloseTo(Math.LN2 / Math.sqrt(3), 12)
  expect(measured.high / measured.perplexity).toBeCloseTo(measured.perplexity / measured.low, 9)
  expect(found).toMatchObject({ median: 0.2, most: 0.3, sameChoice: { count: 3, correct: 2 } })
  expect(found?.mean).toBeCloseTo(0.2, 12)
  expect(found?.standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12)
  expect(found?.reference.perplexity).toBeCloseTo(2, 12)
})

test('without a reference nothing diverges', () => {
  const alone = windows.map((window) => ({ ...window, divergences: [] }))
  expect(textReport(alone).divergence).toBeNull()
  expect(textReportAsCsv(textReport(alone))).not.toContain('divergence')
  expect(textReportAsCsv(textReport(windows))).toContain('divergence_median,0.2\n')
})

test('a page draws the windows in their order, and names stay text', () => {
  const model = '<img src="x">'
  const settings = { form: 'text' as const, model, reference: 'f16', text: 'ab', window: 64 }
  const report = textReport(windows)
  const page = textPage({ settings, windows, report, writtenAt: new Date('2024-02-03T04:05:06Z') })
  expect(page).not.toContain(model)
  expect(page).toContain('Content-Security-Policy')
  const drawn = [...page.matchAll(/<polyline class="share"[^>]* points="([^"]*)"/g)].map(
    ([, points = '']) => points.split(' ').map((point) => point.split(',').map(Number)),
  )
  const [along, ranked] = drawn
  // The first window has the larger perplexity, which stands higher.
  expect(along).toHaveLength(2)
  expect(along?.[0]?.[0]).toBeLessThan(along?.[1]?.[0] ?? 0)
  expect(along?.[0]?.[1]).toBeLessThan(along?.[1]?.[1] ?? 0)
  const heights = ranked?.map(([, y]) => y ?? 0) ?? []
  expect(heights).toEqual(heights.toSorted((a, b) => b - a))
})
