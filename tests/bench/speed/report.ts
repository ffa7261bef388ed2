import { cpus } from 'node:os'
import { caseTitle } from './grid.ts'
import { type Comparison, type Limits, rowsOf } from './measure.ts'

const format = (value: number, digits = 1): string =>
  Number.isFinite(value) ? value.toFixed(digits) : '–'

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function limitsTable(limits: Limits[]): string {
  const inBillions = (value: number | undefined): string => format((value ?? NaN) / 1e9)
  return table(
    ['Threads', 'Memory read, GB/s', 'Products of bytes, 10⁹/s', 'Products of floats, 10⁹/s'],
    limits.map(({ threads, readBytes, byteProducts, floatProducts }) => [
      String(threads),
      ...[readBytes, byteProducts, floatProducts].map(inBillions),
    ]),
  )
}

function comparisonTable(comparison: Comparison): string {
  const { grid, ours, stock } = comparison
  const name = grid.weights === 'q4_0' ? 'INT4' : 'INT8'
  const gigabytes = (bytes: number): string => `${format(bytes / 1e9, 2)} GB`
  const rows = rowsOf(comparison, caseTitle).map(
    ({ title, oursPerSecond, stockPerSecond, ratio }) => [
      title,
      format(oursPerSecond, 2),
      format(stockPerSecond, 2),
      format(ratio, 2),
    ],
  )
  const memory = ['resident memory', gigabytes(ours.residentBytes), gigabytes(stock.residentBytes)]
  return [
    `## ${name}, ${grid.threads} ${grid.threads === 1 ? 'thread' : 'threads'}`,
    table(['Tokens a second', 'Ours', 'Stock', 'Ratio'], [...rows, [...memory, '']]),
  ].join('\n\n')
}

/** `docs/benchmarks.md` but for the notes at its end, which a person writes. */
export function makeReport(limits: Limits[], comparisons: Comparison[], rounds: number): string {
  const processor = cpus()[0]?.model ?? 'an unknown processor'
  return [
    '# Benchmarks',
    `Written by \`npm run bench:engine\`: a random model of ChatGLM2-6B's shape, medians of ${rounds} rounds in
which the stock kernels of the same release of llama.cpp (its prebuilt module for this processor, flash
attention on) and ours ran in turn. Measured on ${processor} with ${cpus().length} logical processors. The
ratios count, not the figures: they hold for one machine and its load.`,
    '## Limits of the machine',
    limitsTable(limits),
    ...comparisons.map(comparisonTable),
  ].join('\n\n')
}
