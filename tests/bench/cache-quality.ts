import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mean } from 'd3-array'
import { z } from 'zod'
import { root } from '../../build/setup/paths.ts'
import { textWindows } from '../../src-main/core/eval/text/text-windows.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import type { CacheType } from '../../src-main/shared/engine-api.ts'
import { modelPath } from '../integration/real-engine.ts'
import { withFreshEngine } from './memory.ts'

const windowTokens = 512
const corpusSchema = z.array(z.object({ prompts: z.array(z.string()), reply: z.string() }))

/** What the demo model was trained on: of other texts it knows nothing that could get worse. */
async function corpus(): Promise<string> {
  const file = join(root, 'resources/demo-model/corpus/chinese.json')
  return corpusSchema
    .parse(JSON.parse(await readFile(file, 'utf8')))
    .map(({ prompts, reply }, index) => `[Round ${index + 1}]\n\n问：${prompts[0]}\n\n答：${reply}`)
    .join('\n\n')
}

/** What a cache in q8_0 does to the demo model's predictions, beside one in F16. */
export async function measureCacheQuality(): Promise<{
  /** Kullback-Leibler divergence from the F16 cache, in nats a token. */
  divergence: number
  f16Perplexity: number
  q8Perplexity: number
  tokens: number
}> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  try {
    return await withFreshEngine(async (client) => {
      const path = await prepareModel(client, modelPath, { modelsFolder: folder, type: 'source' })
      const load = (cacheType: CacheType) => client.request('model.load', { path, cacheType })
      await load('f16')
      const text = (await client.request('text.tokenize', { text: await corpus() })).ids
      const prefix = await client.request('text.tokenize', { text: '', withPrefix: true })
      const windows = textWindows(prefix.ids, text, windowTokens)
      const fileOf = (id: string): string => join(folder, `${id}.logits`)
      const f16: number[] = []
      for (const { id, ...window } of windows) {
        const params = { ...window, writeDistributions: fileOf(id) }
        f16.push(...(await client.request('text.score', params)).logprobs)
      }
      await load('q8_0')
      const q8: number[] = []
      const divergences: number[] = []
      for (const { id, ...window } of windows) {
        const score = await client.request('text.score', { ...window, reference: fileOf(id) })
        q8.push(...score.logprobs)
        divergences.push(...score.divergences.map(({ nats }) => nats))
      }
      const perplexity = (logprobs: number[]): number => Math.exp(-(mean(logprobs) ?? NaN))
      return {
        divergence: mean(divergences) ?? NaN,
        f16Perplexity: perplexity(f16),
        q8Perplexity: perplexity(q8),
        tokens: f16.length,
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
