import { expect, test } from 'vitest'
import { findWorse, type Records, type Section, withSection } from '../../bench/speed/records.ts'
import { makeReport } from '../../bench/speed/report.ts'

const row = (depth: number, oursPerSecond: number) => ({
  test: { kind: 'reply' as const, count: 32, depth },
  oursPerSecond,
  theirsPerSecond: 10,
})
const section = (rows: Section['rows'], layers = 28): Section => ({
  ...{ weights: 'q4_0', threads: 2, layers, rounds: 3, rows },
  ...{ oursBytes: 4e9, theirsBytes: 7e9 },
})
const records: Records = {
  ...{ processor: 'a processor', logicalProcessors: 2 },
  limits: [{ threads: 2, readBytes: 34e9, byteProducts: 200e9 }],
  sections: [section([row(0, 20), row(2048, 15)])],
}

test('keeps cases that were not measured again', () => {
  const { sections } = withSection(records, section([row(0, 30)]))
  expect(sections).toEqual([section([row(0, 30), row(2048, 15)])])
  expect(withSection(records, section([row(0, 5)], 4)).sections).toHaveLength(2)
})

test('tells only what is worse beside llama.cpp than recorded', () => {
  expect(findWorse(records, section([row(0, 17.9), row(2048, 15)]), 0.1)).toEqual([
    'q4_0 2 reply:32:0: 1.79 instead of 2.00',
  ])
  expect(findWorse(records, section([row(0, 18.1)]), 0.1)).toEqual([])
  expect(findWorse(records, section([row(0, 1)], 4), 0.1)).toEqual([])
})

test('reports ratios and shares, and how many layers a model has', () => {
  const report = makeReport(withSection(records, section([row(8192, 12)], 4)))
  expect(report).toContain('| reply after 2,048 | 15.00 |')
  expect(report).toMatch(/\| reply \| 20\.00 \| 199% \| 10\.00 \| 2\.00 \|/)
  expect(report).toContain('## INT4, 2 threads, 4 of 28 layers')
})
