/** `npm run bench`: overhead over bare libllama, and peak memory. Prints figures beside targets. */
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { ensureBenchFiles } from '../../build/setup/bench-command.ts'
import { measureCacheQuality } from './cache-quality.ts'
import { measureChatMemory, measureConversionMemory } from './memory.ts'
import { measureTurns } from './turns.ts'

const overheadSchema = z.object({
  threads: z.number(),
  bareFirstTokenMs: z.number(),
  engineFirstTokenMs: z.number(),
  delayMs: z.number(),
  bareTokensPerSecond: z.number(),
  engineTokensPerSecond: z.number(),
  speedRatio: z.number(),
})

const rows: string[][] = [['What', 'Measured', 'Target']]

function row(what: string, measured: string, target: string): void {
  rows.push([what, measured, target])
  process.stderr.write(`${what}: ${measured} (${target})\n`)
}

const gigabytes = (bytes: number | null): string =>
  bytes === null ? 'not told by this system' : `${(bytes / 1e9).toFixed(2)} GB`

const files = await ensureBenchFiles()

const { stdout } = await execa(files.overheadProgram, [files.randomModel])
const overhead = overheadSchema.parse(JSON.parse(stdout))
row(
  `decoding, engine over bare libllama (${overhead.threads} threads)`,
  `${(overhead.speedRatio * 100).toFixed(1)}% (${overhead.engineTokensPerSecond.toFixed(2)} and ${overhead.bareTokensPerSecond.toFixed(2)} tokens/s)`,
  'at least 99%',
)
row(
  'first token after 128, engine behind bare libllama',
  `${overhead.delayMs.toFixed(1)} ms (${overhead.engineFirstTokenMs.toFixed(0)} and ${overhead.bareFirstTokenMs.toFixed(0)} ms)`,
  'at most 10 ms',
)

const memory = await measureChatMemory(files.randomModel)
row('peak memory after loading (8K context)', gigabytes(memory.loadedBytes), 'recorded')
row('peak memory after a chat', gigabytes(memory.chattedBytes), 'recorded')

const [early, late] = await measureTurns([200, 1200])
row(
  'what a thousand turns of chats add to the peak memory (demo model)',
  early && late ? `${((late / early - 1) * 100).toFixed(1)}% of ${gigabytes(early)}` : 'not told',
  'nothing',
)

const quality = await measureCacheQuality()
row(
  'a context kept in q8_0 beside F16 (demo model)',
  `${quality.divergence.toFixed(4)} nats a token, perplexity ${quality.q8Perplexity.toFixed(2)} and ${quality.f16Perplexity.toFixed(2)}`,
  'recorded',
)

for (const type of ['f16', 'q4_0', 'q4_k_m'] as const) {
  const bytes = await measureConversionMemory(join(files.folder, 'random-6b-f16'), type)
  row(`peak memory of converting FP16 to ${type}`, gigabytes(bytes), 'at most 2.5 GB')
}

process.stdout.write(`\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`)
