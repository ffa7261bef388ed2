import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { EngineProcess } from '../../../src-main/core/engine/engine-process.ts'
import type { Start, Starts } from './records.ts'

const messages = [{ role: 'user' as const, content: '你好，今天过得怎么样？' }]

async function start(engineFile: string, path: string, packedFile: string, threads: number) {
  const engine = new EngineProcess({ program: { file: engineFile } })
  const beginMs = performance.now()
  const client = await engine.start()
  const startedMs = performance.now()
  const { isMappedPacked } = await client.request('model.load', {
    ...{ path, packedFile, threads, contextLength: 8192 },
  })
  const loadedMs = performance.now()
  const firstTokenMs = async (): Promise<number> => {
    const sampling = { maxNewTokens: 1 }
    const reply = await client.request('chat.generate', { messages, sampling })
    return reply.statistics.timeToFirstTokenMs
  }
  const firstMs = await firstTokenMs()
  await client.request('cache.clear', { keepNothing: false })
  const figures: Start = {
    engineMs: startedMs - beginMs,
    loadMs: loadedMs - startedMs,
    firstTokenMs: firstMs,
    evaluationMs: await firstTokenMs(),
    isMappedPacked: isMappedPacked === true,
  }
  return { engine, figures }
}

/** Starts the engine twice with a model on the CPU, whose file is in the system's memory. */
export async function measureStarts(
  engineFile: string,
  model: string,
  threads: number,
): Promise<Starts> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  const packedFile = join(folder, 'weights.gguf')
  try {
    const first = await start(engineFile, model, packedFile, threads)
    const keptFromMs = performance.now()
    while (!existsSync(packedFile)) await wait(50)
    const keepMs = performance.now() - keptFromMs
    await first.engine.stop()
    const second = await start(engineFile, model, packedFile, threads)
    await second.engine.stop()
    return { first: first.figures, second: second.figures, keepMs }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
