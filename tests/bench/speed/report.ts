import { cpus } from 'node:os'
import { caseTitle } from './grid.ts'
import { type Comparison, type Limits, rowsOf } from './measure.ts'
import type { Replies } from './replies.ts'
import type { Restored } from './restore.ts'

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

function repliesSection({ drafted, sharing }: Replies): string {
  const rows = drafted.map((text) => [
    text.name,
    String(text.tokens),
    `${text.accepted} of ${text.drafted}`,
    format(text.plainPerSecond, 2),
    format(text.draftedPerSecond, 2),
    format(text.draftedPerSecond / text.plainPerSecond, 2),
  ])
  const { usualMs, sharedMs, longestMs } = sharing
  return [
    '## Replies of INT4, 2 threads',
    `Drafts: replies that a person wrote, token by token and with what was guessed from their conversation. The
model computes; what it would choose is taken from the text.`,
    table(
      ['Reply', 'Tokens', 'Guesses that were right', 'Tokens a second', 'With drafts', 'Ratio'],
      rows,
    ),
    `Sharing: the next token of a reply comes after ${format(usualMs, 0)} ms, while the prompt of another one is
read after ${format(sharedMs, 0)} ms, ${format(sharedMs / usualMs, 2)} times that (at most ${format(longestMs, 0)} ms).`,
  ].join('\n\n')
}

function restoredSection(restored: Restored): string {
  const { tokens, readMs, restoreMs, firstTokenMs, replyTokens, isSameReply } = restored
  return [
    '## After a restart, INT4, 2 threads',
    `A conversation of ${tokens.toLocaleString('en')} tokens is read from its start in ${format(readMs / 1000)} s. After a
restart it is back from the disk in ${format(restoreMs, 0)} ms, ${format(readMs / restoreMs, 0)} times as fast, and the first
token of the next reply comes after ${format(firstTokenMs, 0)} ms. The ${replyTokens} tokens of that reply are ${isSameReply ? 'the same' : 'NOT the same'} as
without the restart.`,
  ].join('\n\n')
}

/** What was measured. */
export interface Measurements {
  limits: Limits[]
  comparisons: Comparison[]
  replies: Replies | null
  restored: Restored
  rounds: number
}

/** `docs/benchmarks.md` but for the notes at its end, which a person writes. */
export function makeReport(measured: Measurements): string {
  const { limits, comparisons, replies, restored, rounds } = measured
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
    ...(replies === null ? [] : [repliesSection(replies)]),
    restoredSection(restored),
  ].join('\n\n')
}
