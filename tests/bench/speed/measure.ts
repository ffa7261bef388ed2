import { execa } from 'execa'
import { z } from 'zod'
import { caseName, caseTitle, type Grid } from './grid.ts'
import { runOpponent } from './opponent.ts'
import type { Limits, Row, Section } from './records.ts'
import { limitsSchema } from './records.ts'
import { median, parseLines, type Samples } from './samples.ts'

const caseSchema = z.object({ name: z.string(), tokensPerSecond: z.array(z.number()) })
const memorySchema = z.object({ residentBytes: z.number(), peakBytes: z.number() })

export async function measureLimits(program: string, threads: number): Promise<Limits[]> {
  const { stdout } = await execa(program, [String(threads)])
  return parseLines(stdout).map((line) => limitsSchema.parse(line))
}

async function runOurs(program: string, model: string, grid: Grid, samples: Samples) {
  const args = [model, String(grid.threads), '1', ...grid.cases.map(caseName)]
  const { stdout } = await execa(program, args, { stderr: 'ignore' })
  for (const line of parseLines(stdout)) {
    const memory = memorySchema.safeParse(line)
    if (memory.success) {
      samples.residentBytes = Math.max(samples.residentBytes, memory.data.peakBytes)
      continue
    }
    const { name, tokensPerSecond } = caseSchema.parse(line)
    samples.speeds.set(name, [...(samples.speeds.get(name) ?? []), ...tokensPerSecond])
  }
}

/** Runs llama.cpp's and ours in turn, so that a busy moment of the machine meets both. */
export async function compare(
  programs: { opponents: string; speed: string },
  model: string,
  grid: Grid,
  rounds: number,
): Promise<Section> {
  const ours: Samples = { speeds: new Map(), residentBytes: 0 }
  const theirs: Samples = { speeds: new Map(), residentBytes: 0 }
  for (let round = 0; round < rounds; round += 1) {
    await runOpponent(programs.opponents, model, grid, theirs)
    await runOurs(programs.speed, model, grid, ours)
  }
  const rows = grid.cases.map((test): Row => {
    const name = caseName(test)
    return {
      test,
      oursPerSecond: median(ours.speeds.get(name) ?? []),
      theirsPerSecond: median(theirs.speeds.get(name) ?? []),
    }
  })
  for (const { test, oursPerSecond, theirsPerSecond } of rows) {
    const ratio = (oursPerSecond / theirsPerSecond).toFixed(2)
    const speeds = `${oursPerSecond.toFixed(2)} and ${theirsPerSecond.toFixed(2)} tokens/s`
    process.stdout.write(`${grid.weights} ${caseTitle(test)}: ${ratio} times (${speeds})\n`)
  }
  const { weights, threads, layers } = grid
  return {
    ...{ weights, threads, layers, rounds, rows },
    oursBytes: ours.residentBytes,
    theirsBytes: theirs.residentBytes,
  }
}
