import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll } from 'vitest'
import type { RunningApi } from '../../src-main/core/api/listen-api.ts'
import { createCore } from '../../src-main/core/create-core.ts'
import { KeptInference } from '../../src-main/core/inference/kept-inference.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { startApiServer } from '../../src-main/http/api/api-server.ts'
import type { ApiLogEntry } from '../../src-main/shared/api.ts'
import { engineFile, modelPath } from './real-engine.ts'

/** What a client shows to be let in. */
export const token = 'sk-test'

export const hello = [{ role: 'user' as const, content: '你好' }]

/** A piece of a reply in the form of the official `openai_api.py`. */
export interface StreamChunk {
  id?: string
  object: string
  model: string
  choices: { index: number; delta: Record<string, string>; finish_reason: string | null }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null
}

interface Running {
  source: KeptInference
  running: RunningApi
  client: OpenAI
}

/** The API with the real engine and the demo model, for all tests of the calling `describe`. */
export class TestedApi {
  readonly log: Omit<ApiLogEntry, 'number'>[] = []
  private started: Running | null = null

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
    const core = createCore({
      engineFile,
      env: { CHATGLM_CACHE_DIR: folder, CHATGLM_DATA_DIR: folder },
    })
    beforeAll(async () => {
      const engine = await core.engine.start()
      const path = await prepareModel(engine, modelPath, {
        modelsFolder: core.modelsFolder,
        type: 'source',
        signal: new AbortController().signal,
        onProgress: () => undefined,
      })
      const source = new KeptInference({
        ...{ engine: core.engine, name: 'ChatGLM Demo' },
        // One thread: two of them wait for each other on a busy machine.
        load: (client) => client.request('model.load', { path, threads: 1 }),
        onLoadFailed: () => undefined, // the request that waits is told
      })
      await source.keep()
      const running = await startApiServer({
        ...{ host: '127.0.0.1', port: 0, token, origins: ['https://pages.example'] },
        source,
        log: { info: () => undefined, error: () => undefined },
        onRequest: (entry) => this.log.push(entry),
      })
      const baseURL = `${running.address}/v1`
      const client = new OpenAI({ baseURL, apiKey: token, maxRetries: 0 })
      this.started = { source, running, client }
    }, 240_000)
    afterAll(async () => {
      await this.started?.running.close()
      await core.engine.stop()
      rmSync(folder, { recursive: true })
    })
  }

  private get parts(): Running {
    if (this.started === null) throw new Error('The API has not been started.')
    return this.started
  }

  get source(): KeptInference {
    return this.parts.source
  }

  get address(): string {
    return this.parts.running.address
  }

  get client(): OpenAI {
    return this.parts.client
  }

  readonly post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${this.address}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  /** What the model says at temperature 0, which the tests compare with. */
  readonly greedy = async (content: string): Promise<string> => {
    const reply = await this.client.chat.completions.create({
      ...{ model: 'any', temperature: 0, messages: [{ role: 'user', content }] },
    })
    return reply.choices[0]?.message.content ?? ''
  }
}

export const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>

/** What the server-sent events of an answer hold. */
export async function eventsOf(answer: Response): Promise<string[]> {
  const lines = (await answer.text()).split('\n\n')
  return lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6))
}
