import { allLayers, caseTitle } from './grid.ts'
import type { Limits, Records, Replies, Restored, Row, Section, Starts } from './records.ts'
import { shareOfLimit } from './work.ts'

const format = (value: number, digits = 1): string =>
  Number.isFinite(value) ? value.toFixed(digits) : '–'

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function limitsTable(limits: Limits[]): string {
  const inBillions = (value: number | undefined): string => format((value ?? NaN) / 1e9)
  return table(
    ['Threads', 'Memory read, GB/s', 'Products of bytes, 10⁹/s', 'By', 'Of floats, 10⁹/s'],
    limits.map(({ threads, readBytes, byteProducts, byteInstruction, floatProducts }) => [
      String(threads),
      ...[readBytes, byteProducts].map(inBillions),
      byteInstruction ?? '–',
      inBillions(floatProducts),
    ]),
  )
}

const kinds: Row['test']['kind'][] = ['prompt', 'reply', 'batch']
const placeOf = ({ test }: Row): number =>
  kinds.indexOf(test.kind) * 1e9 + test.depth * 1e4 + test.count

function comparisonTable(section: Section, limits: Limits[]): string {
  const { weights, threads, layers, oursBytes, theirsBytes } = section
  const limit = limits.find((known) => known.threads === threads) ?? {}
  const gigabytes = (bytes: number): string => `${format(bytes / 1e9, 2)} GB`
  const share = (perSecond: number, { test }: Row): string =>
    `${format(shareOfLimit(perSecond, test, section, limit) * 100, 0)}%`
  const rows = section.rows
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map((row) => [
      caseTitle(row.test),
      format(row.oursPerSecond, 2),
      share(row.oursPerSecond, row),
      format(row.theirsPerSecond, 2),
      format(row.oursPerSecond / row.theirsPerSecond, 2),
    ])
  const memory = ['most memory', gigabytes(oursBytes), '', gigabytes(theirsBytes), '']
  const model = `${weights === 'q4_0' ? 'INT4' : 'INT8'}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  return [
    `## ${model}${layers === allLayers ? '' : `, ${layers} of ${allLayers} layers`}`,
    table(['Tokens a second', 'Ours', 'Of the limit', 'llama.cpp', 'Ratio'], [...rows, memory]),
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

function startsSection({ first, second, keepMs }: Starts): string {
  const row = (name: string, { loadMs, engineMs, firstTokenMs, evaluationMs }: typeof first) => [
    name,
    ...[engineMs, loadMs, firstTokenMs, evaluationMs].map((ms) => format(ms, 0)),
    format(engineMs + loadMs + firstTokenMs - evaluationMs, 0),
  ]
  return [
    '## Starts of INT4, 2 threads',
    table(
      ['ms', 'Engine', 'Load', 'First token', 'The same prompt again', 'Beyond evaluation'],
      [row('first start', first), row('with kept weights', second)],
    ),
    `Keeping the weights took ${format(keepMs / 1000)} s after the first reply. The context has 8,192 tokens.`,
  ].join('\n\n')
}

const sectionOrder = ({ layers, weights, threads }: Section): string =>
  [100 - layers, weights, 10 - threads].join(' ')

/** `docs/benchmarks.md` but for the notes at its end, which a person writes. */
export function makeReport(records: Records): string {
  const { processor, logicalProcessors, limits, sections, replies, restored, starts } = records
  const ordered = sections.toSorted((a, b) => (sectionOrder(a) < sectionOrder(b) ? -1 : 1))
  return [
    '# Benchmarks',
    `Written by \`npm run bench:engine\`: a random model of ChatGLM2-6B's shape, medians of ${roundsOf(sections)}
in which llama.cpp's own \`llama-bench\` and \`llama-batched-bench\`, built for this processor from the source of the
release that we use, with OpenMP and flash attention, and ours ran in turn. Measured on ${processor} with
${logicalProcessors} logical processors. The ratios count, not the figures: they hold for one machine and its load.`,
    '## Limits of the machine',
    limitsTable(limits),
    `"Of the limit" is of reading memory for a reply and 1 sequence (weights, output and cache once a token), of
products of bytes for prompts and several sequences (the quantised matrices alone).`,
    ...ordered.map((section) => comparisonTable(section, limits)),
    ...(replies ? [repliesSection(replies)] : []),
    ...(restored ? [restoredSection(restored)] : []),
    ...(starts ? [startsSection(starts)] : []),
  ].join('\n\n')
}

function roundsOf(sections: Section[]): string {
  const counts = [...new Set(sections.map(({ rounds }) => rounds))].sort()
  return `${counts.join(' to ')} ${counts.at(-1) === 1 ? 'round' : 'rounds'}`
}
