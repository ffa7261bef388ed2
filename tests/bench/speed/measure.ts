import { execa } from 'execa'
import { z } from 'zod'
import { caseName, type Grid } from './grid.ts'

const caseSchema = z.object({ name: z.string(), tokensPerSecond: z.array(z.number()) })
const memorySchema = z.object({ residentBytes: z.number(), peakBytes: z.number() })
const limitsSchema = z.object({
  threads: z.number(),
  readBytes: z.number().optional(),
  byteProducts: z.number().optional(),
  floatProducts: z.number().optional(),
})

/** What the machine can do at most; figures a second. */
export type Limits = z.infer<typeof limitsSchema>

/** Tokens a second of each case, every sample. */
export interface Samples {
  speeds: Map<string, number[]>
  residentBytes: number
}

/** Both sides of one grid. */
export interface Comparison {
  grid: Grid
  ours: Samples
  stock: Samples
}

const parseLines = (stdout: string): unknown[] =>
  stdout.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]))

export async function measureLimits(program: string, threads: number): Promise<Limits[]> {
  const { stdout } = await execa(program, [String(threads)])
  return parseLines(stdout).map((line) => limitsSchema.parse(line))
}

async function runOnce(
  program: string,
  model: string,
  grid: Grid,
  kernels: 'on' | 'off',
  samples: Samples,
): Promise<void> {
  const args = [model, String(grid.threads), '1', ...grid.cases.map(caseName)]
  const env = { CHATGLM_ENGINE_KERNELS: kernels }
  const { stdout } = await execa(program, args, { env, stderr: 'ignore' })
  for (const line of parseLines(stdout)) {
    const memory = memorySchema.safeParse(line)
    if (memory.success) {
      samples.residentBytes = Math.max(samples.residentBytes, memory.data.residentBytes)
      continue
    }
    const { name, tokensPerSecond } = caseSchema.parse(line)
    samples.speeds.set(name, [...(samples.speeds.get(name) ?? []), ...tokensPerSecond])
  }
}

/** Runs ours and the stock kernels in turn, so that a busy moment of the machine meets both. */
export async function compare(
  program: string,
  model: string,
  grid: Grid,
  rounds: number,
): Promise<Comparison> {
  const ours: Samples = { speeds: new Map(), residentBytes: 0 }
  const stock: Samples = { speeds: new Map(), residentBytes: 0 }
  for (let round = 0; round < rounds; round += 1) {
    await runOnce(program, model, grid, 'off', stock)
    await runOnce(program, model, grid, 'on', ours)
  }
  return { grid, ours, stock }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

export interface Row {
  key: string
  title: string
  oursPerSecond: number
  stockPerSecond: number
  ratio: number
}

/** Medians of both sides and their ratio; `titleOf` names a case for a person. */
export function rowsOf(
  { grid, ours, stock }: Comparison,
  titleOf: (test: Grid['cases'][number]) => string,
): Row[] {
  return grid.cases.map((test) => {
    const name = caseName(test)
    const oursPerSecond = median(ours.speeds.get(name) ?? [])
    const stockPerSecond = median(stock.speeds.get(name) ?? [])
    const key = `${grid.weights} ${grid.threads} ${name}`
    const ratio = oursPerSecond / stockPerSecond
    return { key, title: titleOf(test), oursPerSecond, stockPerSecond, ratio }
  })
}
