/**
 * `npm run bench:engine [-- --quick] [-- --rounds 3]`: ours beside the stock kernels; writes
 * docs/benchmarks.md and the ratios. `npm run bench:check` measures the quick grid and tells what is
 * worse than the ratios that were recorded.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as prettier from 'prettier'
import { z } from 'zod'
import { ensureSpeedFiles } from '../../../build/setup/bench-command.ts'
import { root } from '../../../build/setup/paths.ts'
import { caseTitle, quickGrid, wholeGrid } from './grid.ts'
import { compare, type Comparison, measureLimits, rowsOf } from './measure.ts'
import { measureReplies } from './replies.ts'
import { makeReport } from './report.ts'
import { measureRestore } from './restore.ts'

const reportFile = join(root, 'docs/benchmarks.md')
const ratiosFile = join(root, 'tests/bench/speed/recorded-ratios.json')
const notesHeading = '\n## Notes\n'
/** Two runs on a quiet machine differ by less. */
const tolerance = 0.1

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
})
const isCheck = positionals[0] === 'check'
const isQuick = isCheck || values.quick
const rounds = Number(values.rounds ?? 3)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('Give --rounds a whole number.')

const ratiosSchema = z.record(z.string(), z.number())
const recorded = ratiosSchema.parse(JSON.parse(await readFile(ratiosFile, 'utf8')))

const files = await ensureSpeedFiles()
const comparisons: Comparison[] = []
for (const grid of isQuick ? quickGrid : wholeGrid) {
  const comparison = await compare(files.speedProgram, files.models[grid.weights], grid, rounds)
  comparisons.push(comparison)
  for (const { key, ratio, oursPerSecond, stockPerSecond } of rowsOf(comparison, caseTitle)) {
    const speeds = `${oursPerSecond.toFixed(2)} and ${stockPerSecond.toFixed(2)} tokens/s`
    process.stdout.write(`${key}: ${ratio.toFixed(2)} times (${speeds})\n`)
  }
}
const rows = comparisons.flatMap((comparison) => rowsOf(comparison, caseTitle))

if (isCheck) {
  const worse = rows.filter(({ key, ratio }) => ratio < (recorded[key] ?? 0) * (1 - tolerance))
  for (const { key, ratio } of worse) {
    process.stdout.write(`Worse: ${key}, ${ratio.toFixed(2)} instead of ${recorded[key]}\n`)
  }
  if (worse.length > 0) process.exitCode = 1
} else {
  const replies = await measureReplies(files.repliesProgram, files.engineFile, files.models.q4_0, {
    threads: 2,
    rounds,
  })
  const restored = await measureRestore(files.restoreProgram, files.models.q4_0, {
    threads: 2,
    tokens: isQuick ? 2048 : 8192,
  })
  const limits = await measureLimits(files.limitsProgram, 2)
  const current = await readFile(reportFile, 'utf8').catch(() => '')
  const notes = current.includes(notesHeading) ? current.slice(current.indexOf(notesHeading)) : ''
  const report = `${makeReport({ limits, comparisons, replies, restored, rounds })}\n${notes}`
  const style = await prettier.resolveConfig(reportFile)
  await writeFile(reportFile, await prettier.format(report, { ...style, filepath: reportFile }))
  const ratios = Object.fromEntries(rows.map(({ key, ratio }) => [key, Number(ratio.toFixed(2))]))
  await writeFile(ratiosFile, `${JSON.stringify({ ...recorded, ...ratios }, null, 2)}\n`)
}
