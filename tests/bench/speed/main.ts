/**
 * `npm run bench:engine`: ours beside llama.cpp's own benchmarks. Writes docs/benchmarks.md and what it
 * is made of, part after part, so that a run that is cut off keeps what it has measured; parts that
 * are not measured again stay. `npm run bench:check` measures the quick grid and tells what is worse
 * than recorded.
 *
 *   --quick          a small grid
 *   --layers N       a model with fewer layers: deep cases take hours else
 *   --weights q4_0 --threads 2   only these
 *   --only PART      one of speed, replies, restore, start
 *   --tokens N       of the conversation that is brought back
 */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as prettier from 'prettier'
import { ensureRandomModel, ensureSpeedPrograms } from '../../../build/setup/bench-command.ts'
import { root } from '../../../build/setup/paths.ts'
import { allLayers, quickGrid, wholeGrid } from './grid.ts'
import { compare, measureLimits } from './measure.ts'
import { findWorse, readRecords, type Records, withSection, writeRecords } from './records.ts'
import { measureReplies } from './replies.ts'
import { makeReport } from './report.ts'
import { measureRestore } from './restore.ts'
import { measureStarts } from './start.ts'

const reportFile = join(root, 'docs/benchmarks.md')
const recordsFile = join(root, 'tests/bench/speed/records.json')
const notesHeading = '\n## Notes\n'
/** Two runs on a quiet machine differ by less. */
const tolerance = 0.1
const threads = 2

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    layers: { type: 'string', default: String(allLayers) },
    weights: { type: 'string' },
    threads: { type: 'string' },
    only: { type: 'string' },
    tokens: { type: 'string', default: '8192' },
  },
})
function wholeNumber(name: 'rounds' | 'layers' | 'tokens'): number {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1) throw new Error(`Give --${name} a whole number.`)
  return number
}
const isCheck = positionals[0] === 'check'
const rounds = wholeNumber('rounds')
const layers = wholeNumber('layers')

const programs = await ensureSpeedPrograms()
let records = await readRecords(recordsFile)

/** Keeps what was measured, in the records and in the report. */
async function keep(changes: Partial<Records>): Promise<void> {
  const processor = cpus()[0]?.model ?? 'an unknown processor'
  records = { ...records, processor, logicalProcessors: cpus().length, ...changes }
  await writeRecords(recordsFile, records)
  const current = await readFile(reportFile, 'utf8').catch(() => '')
  const notes = current.includes(notesHeading) ? current.slice(current.indexOf(notesHeading)) : ''
  const style = await prettier.resolveConfig(reportFile)
  const report = `${makeReport(records)}\n${notes}`
  await writeFile(reportFile, await prettier.format(report, { ...style, filepath: reportFile }))
}

async function measureSpeed(): Promise<void> {
  if (!isCheck) await keep({ limits: await measureLimits(programs.limits, threads) })
  const grids = (isCheck || values.quick ? quickGrid : wholeGrid)(layers).filter(
    (grid) =>
      (values.weights ?? grid.weights) === grid.weights &&
      Number(values.threads ?? grid.threads) === grid.threads,
  )
  for (const grid of grids) {
    const model = await ensureRandomModel(grid.weights, layers)
    const section = await compare(programs, model, grid, rounds)
    if (!isCheck) {
      await keep(withSection(records, section))
      continue
    }
    for (const worse of findWorse(records, section, tolerance)) {
      process.stdout.write(`Worse: ${worse}\n`)
      process.exitCode = 1
    }
  }
}

const int4 = () => ensureRandomModel('q4_0', layers)
const parts: Record<string, () => Promise<void>> = {
  speed: measureSpeed,
  start: async () => keep({ starts: await measureStarts(programs.engine, await int4(), threads) }),
  replies: async () => {
    const options = { threads, rounds }
    const replies = await measureReplies(programs.replies, programs.engine, await int4(), options)
    if (replies) await keep({ replies })
  },
  restore: async () => {
    const options = { threads, tokens: wholeNumber('tokens') }
    await keep({ restored: await measureRestore(programs.restore, await int4(), options) })
  },
}
const chosen = isCheck ? 'speed' : values.only
if (chosen !== undefined && !(chosen in parts))
  throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}.`)
for (const [name, measure] of Object.entries(parts)) if ((chosen ?? name) === name) await measure()
