/** A prompt, a reply or steps of several sequences at once; `depth` tokens are in the cache before. */
export interface SpeedCase {
  kind: 'prompt' | 'reply' | 'batch'
  count: number
  depth: number
}

/** What one file is measured with. */
export interface Grid {
  weights: 'q4_0' | 'q8_0'
  threads: number
  cases: SpeedCase[]
}

const prompt = (count: number, depth = 0): SpeedCase => ({ kind: 'prompt', count, depth })
const reply = (depth: number): SpeedCase => ({ kind: 'reply', count: 32, depth })
const batches: SpeedCase[] = [1, 4, 16].map((count) => ({ kind: 'batch', count, depth: 0 }))

const allCases = [
  ...[prompt(128), prompt(512), prompt(2048), prompt(512, 7680)],
  ...[reply(0), reply(2048), reply(8192)],
  ...batches,
]

/** Takes hours: reading 8,192 tokens alone takes minutes. */
export const wholeGrid: Grid[] = (['q4_0', 'q8_0'] as const).flatMap((weights) =>
  [1, 2].map((threads) => ({ weights, threads, cases: allCases })),
)

const quickCases = [prompt(128), { kind: 'reply', count: 8, depth: 0 } as const]

/** Takes some minutes. */
export const quickGrid: Grid[] = [
  { weights: 'q4_0', threads: 2, cases: [...quickCases, ...batches] },
  { weights: 'q8_0', threads: 2, cases: quickCases },
]

/** As bench-speed takes it, and the key of a result. */
export const caseName = ({ kind, count, depth }: SpeedCase): string => `${kind}:${count}:${depth}`

/** For a person. */
export function caseTitle({ kind, count, depth }: SpeedCase): string {
  const after = depth === 0 ? '' : ` after ${depth.toLocaleString('en')}`
  if (kind === 'prompt') return `prompt of ${count.toLocaleString('en')}${after}`
  if (kind === 'reply') return `reply${after}`
  return count === 1 ? '1 sequence' : `${count} sequences`
}
