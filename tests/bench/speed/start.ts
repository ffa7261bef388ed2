import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { EngineProcess } from '../../../src-main/core/engine/engine-process.ts'

/** What one start takes, in milliseconds. */
export interface Start {
  /** From the start of the engine's process until it takes requests. */
  engineMs: number
  loadMs: number
  /** From the request to the first token of a reply. */
  firstTokenMs: number
  /** Of that, what the same request takes once more: the evaluation itself. */
  evaluationMs: number
  isMappedPacked: boolean
}

export interface Starts {
  first: Start
  /** With the weights that the first start has kept. */
  second: Start
  /** From the first start's load until its weights were kept. */
  keepMs: number
}

const question = (content: string) => ({ messages: [{ role: 'user' as const, content }] })

async function start(engineFile: string, path: string, packedFile: string, threads: number) {
  const engine = new EngineProcess({ program: { file: engineFile } })
  const beginMs = performance.now()
  const client = await engine.start()
  const startedMs = performance.now()
  const { isMappedPacked } = await client.request('model.load', {
    ...{ path, packedFile, threads, contextLength: 8192 },
  })
  const loadedMs = performance.now()
  const firstTokenMs = async (text: string): Promise<number> => {
    const reply = await client.request('chat.generate', {
      ...question(text),
      sampling: { maxNewTokens: 1 },
    })
    return reply.statistics.timeToFirstTokenMs
  }
  return {
    engine,
    figures: {
      engineMs: startedMs - beginMs,
      loadMs: loadedMs - startedMs,
      firstTokenMs: await firstTokenMs('你好，今天过得怎么样？'),
      evaluationMs: await firstTokenMs('今天天气，你觉得如何呢？'),
      isMappedPacked: isMappedPacked === true,
    },
  }
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
