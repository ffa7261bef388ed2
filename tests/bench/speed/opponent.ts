import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setInterval } from 'node:timers'
import { execa } from 'execa'
import { z } from 'zod'
import { caseName, type Grid, type SpeedCase } from './grid.ts'
import { parseLines, type Samples } from './samples.ts'

const microBatch = 512
const batchSteps = 8
/** Read first in each process, so that no figure holds what a start takes. */
const warmUpTokens = 16
const memoryPollMs = 200

const benchLine = z.object({
  n_prompt: z.number(),
  n_gen: z.number(),
  n_depth: z.number(),
  samples_ts: z.array(z.number()),
})
const batchedLine = z.object({ pl: z.number(), tg: z.number(), speed_tg: z.number() })

/** The case that a line of `llama-bench -o jsonl` is of, and its tokens a second. */
export function readBenchLine(line: unknown): { name: string; speeds: number[] } {
  const { n_prompt, n_gen, n_depth, samples_ts } = benchLine.parse(line)
  const kind = n_gen === 0 ? 'prompt' : 'reply'
  const count = n_gen === 0 ? n_prompt : n_gen
  return { name: caseName({ kind, count, depth: n_depth }), speeds: samples_ts }
}

/** As readBenchLine, of `llama-batched-bench --output-format jsonl`. */
export function readBatchedLine(line: unknown): { name: string; speeds: number[] } {
  const { pl, speed_tg } = batchedLine.parse(line)
  return { name: caseName({ kind: 'batch', count: pl, depth: 0 }), speeds: [speed_tg] }
}

/** The most memory that a process has had; 0 once it has ended. */
async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
}

/** Runs a program and adds the most memory that it had to `samples`. */
async function run(program: string, args: string[], samples: Samples): Promise<unknown[]> {
  const child = execa(program, args, { stderr: 'ignore' })
  const poll = setInterval(() => {
    void peakBytes(child.pid).then((bytes) => {
      samples.residentBytes = Math.max(samples.residentBytes, bytes)
    })
  }, memoryPollMs)
  try {
    return parseLines((await child).stdout)
  } finally {
    clearInterval(poll)
  }
}

const list = (counts: number[]): string => (counts.length === 0 ? '0' : counts.join(','))

/** One process for each depth: llama-bench measures every count that it is given at every depth. */
async function measureDepth(
  program: string,
  args: string[],
  depth: number,
  cases: SpeedCase[],
  samples: Samples,
): Promise<void> {
  const counts = (kind: SpeedCase['kind']): number[] =>
    cases.filter((test) => test.kind === kind && test.depth === depth).map(({ count }) => count)
  const prompts = depth === 0 ? [warmUpTokens, ...counts('prompt')] : counts('prompt')
  if (prompts.length + counts('reply').length === 0) return
  const sizes = ['-p', list(prompts), '-n', list(counts('reply')), '-d', String(depth)]
  const fixed = ['-r', '1', '--no-warmup', '-o', 'jsonl']
  for (const line of await run(program, [...args, ...sizes, ...fixed], samples)) {
    const { name, speeds } = readBenchLine(line)
    samples.speeds.set(name, [...(samples.speeds.get(name) ?? []), ...speeds])
  }
}

/** Runs llama.cpp's own benchmarks once with all cases of a grid, flash attention on. */
export async function runOpponent(
  folder: string,
  model: string,
  { threads, cases }: Grid,
  samples: Samples,
): Promise<void> {
  const args = ['-m', model, '-t', String(threads), '-fa', '1', '-ub', String(microBatch)]
  for (const depth of new Set(cases.map((test) => test.depth)))
    await measureDepth(join(folder, 'llama-bench'), args, depth, cases, samples)
  const batches = cases.filter(({ kind }) => kind === 'batch').map(({ count }) => count)
  if (batches.length === 0) return
  const cells = Math.max(...batches) * (batchSteps + warmUpTokens)
  const batchArgs = ['-m', model, '-t', String(threads), '-fa', 'on', '-ub', String(microBatch)]
  const sizes = ['-npp', '1', '-ntg', String(batchSteps), '-npl', list(batches)]
  const fixed = ['-c', String(cells), '--output-format', 'jsonl']
  const program = join(folder, 'llama-batched-bench')
  for (const line of await run(program, [...batchArgs, ...sizes, ...fixed], samples)) {
    const { name, speeds } = readBatchedLine(line)
    samples.speeds.set(name, [...(samples.speeds.get(name) ?? []), ...speeds])
  }
}
