import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createCore } from '../../src-main/core/create-core.ts'
import type { EngineClient } from '../../src-main/core/engine/engine-client.ts'
import { processMemory } from '../../src-main/core/engine/process-memory.ts'
import type { ConvertType } from '../../src-main/shared/engine-api.ts'
import { engineFile } from '../integration/real-engine.ts'
import { ensureRandomCheckpoint } from './random-checkpoint.ts'

type ReadMemory = () => Promise<number | null>

/** Gives `work` an engine of its own, so that its peak is that of this work. */
export async function withFreshEngine<T>(
  work: (client: EngineClient, readMemory: ReadMemory) => Promise<T>,
): Promise<T> {
  const { engine } = createCore({ engineFile, env: process.env })
  try {
    const client = await engine.start()
    const { state } = engine
    if (state.type !== 'ready') throw new Error('The engine is not ready.')
    const { processId } = state
    return await work(client, async () => (await processMemory(processId))?.bytes ?? null)
  } finally {
    await engine.stop()
  }
}

/** Peak memory of an engine that loads `path` with the default context, then chats. */
export function measureChatMemory(
  path: string,
): Promise<{ loadedBytes: number | null; chattedBytes: number | null }> {
  return withFreshEngine(async (client, readMemory) => {
    await client.request('model.load', { path })
    const loadedBytes = await readMemory()
    const prompt = Array.from({ length: 512 }, (_, index) => `w${300 + index}`).join('')
    await client.request('completion.generate', { prompt, sampling: { maxNewTokens: 16 } })
    return { loadedBytes, chattedBytes: await readMemory() }
  })
}

/** Peak memory of an engine that converts a random FP16 checkpoint in `folder`. */
export async function measureConversionMemory(
  folder: string,
  type: ConvertType,
): Promise<number | null> {
  await ensureRandomCheckpoint(folder)
  const destination = join(folder, `converted-${type}.gguf`)
  try {
    return await withFreshEngine(async (client, readMemory) => {
      await client.request('model.convert', { source: folder, destination, type })
      return readMemory()
    })
  } finally {
    await rm(destination, { force: true })
  }
}
