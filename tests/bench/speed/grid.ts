/** A prompt, a reply or steps of several sequences at once; `depth` tokens are in the cache before. */
export interface SpeedCase {
  kind: 'prompt' | 'reply' | 'batch'
  count: number
  depth: number
}

export type Weights = 'q4_0' | 'q8_0'

/** What one file is measured with. */
export interface Grid {
  weights: Weights
  threads: number
  /** Of the model, whose other sizes are ChatGLM2-6B's. */
  layers: number
  cases: SpeedCase[]
}

/** Of ChatGLM2-6B. */
export const allLayers = 28

const prompt = (count: number, depth = 0): SpeedCase => ({ kind: 'prompt', count, depth })
const reply = (depth: number, count = 32): SpeedCase => ({ kind: 'reply', count, depth })
const batches: SpeedCase[] = [1, 4, 16].map((count) => ({ kind: 'batch', count, depth: 0 }))

const allCases = [
  ...[prompt(128), prompt(512), prompt(2048), prompt(512, 7680)],
  ...[reply(0), reply(2048), reply(8192)],
  ...batches,
]

/** With all layers it takes hours: reading 8,192 tokens alone takes minutes. */
export const wholeGrid = (layers: number): Grid[] =>
  (['q4_0', 'q8_0'] as const).flatMap((weights) =>
    [1, 2].map((threads) => ({ weights, threads, layers, cases: allCases })),
  )

const quickCases = [prompt(128), reply(0, 8)]

/** Takes some minutes. */
export const quickGrid = (layers: number): Grid[] => [
  { weights: 'q4_0', threads: 2, layers, cases: [...quickCases, ...batches] },
  { weights: 'q8_0', threads: 2, layers, cases: quickCases },
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
