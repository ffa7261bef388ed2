/**
 * `npm run bench:fit`: what is computed from a header beside what a load takes, over weight types,
 * context lengths and cache types, with random weights of the 6B shape. Takes about half an hour.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBenchFiles } from '../../build/setup/bench-command.ts'
import type { CacheType, MemoryUse } from '../../src-main/shared/engine-api.ts'
import { withFreshEngine } from './memory.ts'
import { ensureRandomCheckpoint } from './random-checkpoint.ts'

const types = ['q4_0', 'q8_0', 'f16'] as const
const contextLengths = [2048, 8192, 32_768] as const
const cacheTypes: readonly CacheType[] = ['f16', 'q8_0']
const mebibyte = 2 ** 20

const total = (memory: MemoryUse[]): number =>
  memory.reduce(
    (sum, { weightBytes, cacheBytes, computeBytes }) =>
      sum + weightBytes + cacheBytes + computeBytes,
    0,
  )

/** Some hundred tokens, which fill a whole step. */
const prompt = 'word '.repeat(200)

/** Resident bytes that a load and a prompt add to an engine, at their most. */
function measure(path: string, contextLength: number, cacheType: CacheType): Promise<number> {
  return withFreshEngine(async (client, readMemory) => {
    const before = (await readMemory()) ?? NaN
    await client.request('model.load', { path, contextLength, cacheType })
    await client.request('completion.generate', { prompt, sampling: { maxNewTokens: 2 } })
    return ((await readMemory()) ?? NaN) - before
  })
}

/** From the published files alone, before they are converted. */
function compute(source: string, type: (typeof types)[number]): Promise<MemoryUse[][]> {
  const placements = contextLengths.flatMap((contextLength) =>
    cacheTypes.map((cacheType) => ({ contextLength, cacheType })),
  )
  return withFreshEngine(async (client) => {
    const subject = { type: 'checkpoint', path: source, convertTo: type } as const
    return (await client.request('model.fit', { subject, placements })).memory
  })
}

const inMebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(0)

const rows = [['Weights', 'Context', 'Cache', 'Computed, MiB', 'Measured, MiB', 'Apart']]
const { folder } = await ensureBenchFiles()
const source = join(folder, 'random-6b-f16')
await ensureRandomCheckpoint(source)
for (const type of types) {
  const path = join(folder, `fit-${type}.gguf`)
  try {
    const computed = await compute(source, type)
    await withFreshEngine((client) =>
      client.request('model.convert', { source, destination: path, type }),
    )
    for (const contextLength of contextLengths)
      for (const cacheType of cacheTypes) {
        const expected = total(computed.shift() ?? [])
        const measured = await measure(path, contextLength, cacheType)
        const apart = `${(((expected - measured) / measured) * 100).toFixed(1)}%`
        const sizes = [inMebibytes(expected), inMebibytes(measured)]
        rows.push([type, String(contextLength), cacheType, ...sizes, apart])
        process.stderr.write(`${rows.at(-1)?.join(' ') ?? ''}\n`)
      }
  } finally {
    await rm(path, { force: true })
  }
}
process.stdout.write(`\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`)
