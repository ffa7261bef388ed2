import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCore } from '../../src-main/core/create-core.ts'
import type { Core } from '../../src-main/core/create-core.ts'
import type { RunningApi } from '../../src-main/core/api/listen-api.ts'
import { FixedInference } from '../../src-main/core/inference/fixed-inference.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { startApiServer } from '../../src-main/http/api/api-server.ts'
import type { ApiLogEntry } from '../../src-main/shared/api.ts'
import { until } from '../fakes/wait.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'
import { chatBoxRequest, nextChatRequest, openCatRequest } from './client-requests.ts'

const token = 'sk-test'
const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
const hello = [{ role: 'user' as const, content: '你好' }]

interface StreamChunk {
  id?: string
  object: string
  model: string
  choices: { index: number; delta: Record<string, string>; finish_reason: string | null }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null
}

describe.skipIf(!hasRealEngine)('the API with the real engine', { timeout: 240_000 }, () => {
  let core: Core
  let api: RunningApi
  let client: OpenAI
  const log: Omit<ApiLogEntry, 'number'>[] = []

  beforeAll(async () => {
    core = createCore({
      engineFile,
      env: { CHATGLM_CACHE_DIR: folder, CHATGLM_DATA_DIR: folder },
    })
    const engine = await core.engine.start()
    const path = await prepareModel(engine, modelPath, {
      modelsFolder: core.modelsFolder,
      type: 'source',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    // One thread: two of them wait for each other on a busy machine.
    await engine.request('model.load', { path, threads: 1 })
    api = await startApiServer({
      ...{ host: '127.0.0.1', port: 0, token, origins: ['https://pages.example'] },
      source: new FixedInference(engine, 'ChatGLM Demo'),
      log: { info: () => undefined, error: () => undefined },
      onRequest: (entry) => log.push(entry),
    })
    client = new OpenAI({ baseURL: `${api.address}/v1`, apiKey: token, maxRetries: 0 })
  }, 240_000)

  afterAll(async () => {
    await api.close()
    await core.engine.stop()
    rmSync(folder, { recursive: true })
  })

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${api.address}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>

  async function eventsOf(answer: Response): Promise<string[]> {
    const lines = (await answer.text()).split('\n\n')
    return lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6))
  }

  /** What the model says at temperature 0, which the other tests compare with. */
  const greedy = async (content: string) => {
    const reply = await client.chat.completions.create({
      ...{ model: 'any', temperature: 0, messages: [{ role: 'user', content }] },
    })
    return reply.choices[0]?.message.content ?? ''
  }

  test('answers the openai client with usage, whole and in pieces', async () => {
    const body = { model: 'chatglm2-6b', messages: hello, temperature: 0 }
    const whole = await client.chat.completions.create(body)

    expect(whole).toMatchObject({ object: 'chat.completion', model: 'chatglm2-6b' })
    const [choice] = whole.choices
    expect(choice).toMatchObject({ index: 0, finish_reason: 'stop', logprobs: null })
    expect(choice?.message.content).not.toBe('')
    const { usage } = whole
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))

    const stream = await client.chat.completions.create({
      ...body,
      ...{ stream: true, stream_options: { include_usage: true } },
    })
    let text = ''
    let told: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      told = chunk.usage
    }
    expect(text).toBe(choice?.message.content)
    expect(told?.completion_tokens).toBe(usage?.completion_tokens)
    expect(told?.prompt_tokens).toBe(usage?.prompt_tokens)
  })

  test('streams in the wire form of the official openai_api.py', async () => {
    const answer = await post('/v1/chat/completions', {
      ...{ model: 'chatglm2-6b', messages: hello, stream: true, max_length: 2048 },
    })

    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const events = await eventsOf(answer)
    expect(events.at(-1)).toBe('[DONE]')
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as StreamChunk)
    for (const { object, model, choices } of chunks) {
      expect({ object, model }).toEqual({ object: 'chat.completion.chunk', model: 'chatglm2-6b' })
      expect(choices).toHaveLength(1)
      expect(choices[0]?.index).toBe(0)
    }
    const choices = chunks.map((chunk) => chunk.choices[0])
    expect(choices[0]).toEqual({ index: 0, delta: { role: 'assistant' }, finish_reason: null })
    for (const choice of choices.slice(1, -1))
      expect(choice).toEqual({
        index: 0,
        delta: { content: expect.stringMatching(/./su) as string },
        finish_reason: null,
      })
    expect(choices.at(-1)).toEqual({ index: 0, delta: {}, finish_reason: 'stop' })
  })

  test('puts the system text before the last question, as the official code does', async () => {
    const asked = await client.chat.completions.create({
      ...{ model: 'm', temperature: 0, max_tokens: 8 },
      messages: [
        { role: 'system', content: '请回答：' },
        { role: 'user', content: '你好' },
        { role: 'assistant', content: '你好！' },
        { role: 'user', content: '你是谁' },
      ],
    })
    const same = await client.chat.completions.create({
      ...{ model: 'm', temperature: 0, max_tokens: 8 },
      messages: [
        { role: 'user', content: '你好' },
        { role: 'assistant', content: '你好！' },
        { role: 'user', content: '请回答：你是谁' },
      ],
    })
    expect(asked.usage?.prompt_tokens).toBe(same.usage?.prompt_tokens)
    expect(asked.choices[0]?.message).toEqual(same.choices[0]?.message)
  })

  test('answers POST / field by field as the official api.py', async () => {
    const first = await json(await post('/', { prompt: '你好', history: [] }))
    expect(Object.keys(first).sort()).toEqual(['history', 'response', 'status', 'time'])
    expect(first['status']).toBe(200)
    expect(first['time']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(first['history']).toEqual([['你好', first['response']]])

    const { history } = first
    const body = { prompt: '你是谁', history, max_length: 500, top_p: 0.5, temperature: 0.01 }
    const second = await json(await post('/', body, { 'Content-Type': 'text/plain' }))
    expect(second['history']).toEqual([
      ['你好', first['response']],
      ['你是谁', second['response']],
    ])
  })

  test('stops before any of the given texts and does not show it', async () => {
    const whole = await greedy('讲一个故事')
    const stop = whole.slice(6, 9)
    const ask = (given: string | string[]) =>
      client.chat.completions.create({
        ...{ model: 'm', temperature: 0, stop: given },
        messages: [{ role: 'user', content: '讲一个故事' }],
      })
    for (const given of [stop, ['never', stop]]) {
      const [choice] = (await ask(given)).choices
      expect(choice?.message.content).toBe(whole.slice(0, whole.indexOf(stop)).trimEnd())
      expect(choice?.finish_reason).toBe('stop')
    }
    await expect(ask(['a', 'b', 'c', 'd', 'e'])).rejects.toMatchObject({ status: 400 })
  })

  test('gives several choices that differ, cut where asked', async () => {
    const first = await client.chat.completions.create({
      ...{ model: 'm', messages: hello, n: 3, seed: -5, temperature: 2, top_p: 1 },
      ...{ max_completion_tokens: 12 },
    })
    const texts = first.choices.map(({ message }) => message.content)
    expect(first.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(first.choices.map(({ finish_reason }) => finish_reason)).toContain('length')
    expect(new Set(texts).size).toBeGreaterThan(1)
    expect(first.usage?.completion_tokens).toBeLessThanOrEqual(36)
  })

  test('tells how likely the tokens were, whole and in pieces', async () => {
    const body = {
      ...{ model: 'm', messages: hello, temperature: 0, max_tokens: 6 },
      ...{ logprobs: true, top_logprobs: 3 },
    }
    const whole = await client.chat.completions.create(body)
    const content = whole.choices[0]?.logprobs?.content ?? []
    expect(content).toHaveLength(whole.usage?.completion_tokens ?? 0)
    for (const { logprob, top_logprobs } of content) {
      expect(top_logprobs).toHaveLength(3)
      expect(top_logprobs[0]?.logprob).toBe(logprob)
      expect(logprob).toBeLessThanOrEqual(0)
    }
    const stream = await client.chat.completions.create({ ...body, stream: true })
    const streamed = []
    for await (const chunk of stream) streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []))
    expect(streamed.map((one) => one.token)).toEqual(content.map((one) => one.token))
  })

  test('writes raw text on, several prompts at once', async () => {
    const reply = await client.completions.create({
      ...{ model: 'm', prompt: ['你好', 'Hello'], max_tokens: 4, temperature: 0, logprobs: 2 },
    })
    expect(reply.object).toBe('text_completion')
    expect(reply.choices).toHaveLength(2)
    const [first] = reply.choices
    expect(first?.logprobs?.tokens?.length).toBeGreaterThan(0)
    expect(first?.logprobs?.text_offset?.[0]).toBe(0)
    const stream = await client.completions.create({
      ...{ model: 'm', prompt: '你好', max_tokens: 4, temperature: 0, stream: true },
    })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? ''
    expect(text).toBe(first?.text)
  })

  test('lists the loaded model with the fields of the official list', async () => {
    const { data } = await client.models.list()
    expect(data).toEqual([
      {
        ...{ id: 'chatglm-demo', object: 'model', created: expect.any(Number) as number },
        ...{ owned_by: 'owner', root: null, parent: null, permission: null },
      },
    ])
    expect((await client.models.retrieve('chatglm-demo')).id).toBe('chatglm-demo')
    await expect(client.models.retrieve('gpt-4')).rejects.toMatchObject({
      ...{ status: 404, code: 'model_not_found' },
    })
  })

  test.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    [
      'messages.0.content',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
    ['temperature', { temperature: 3 }],
    ['messages', { messages: [{ role: 'assistant', content: 'a' }] }],
    ['messages', { messages: [] }],
    ['n', { n: 0 }],
  ])('refuses a wrong or unsupported %s in OpenAI’s form', async (param, change) => {
    const answer = await post('/v1/chat/completions', { model: 'm', messages: hello, ...change })
    expect(answer.status).toBe(400)
    expect(await json(answer)).toMatchObject({
      error: { type: 'invalid_request_error', param, message: expect.any(String) as string },
    })
  })

  test('says what is too long, what is no JSON, and that there are no embeddings', async () => {
    const long = await post('/v1/chat/completions', {
      ...{ model: 'm', messages: [{ role: 'user', content: '长 '.repeat(40_000) }] },
    })
    expect(await json(long)).toMatchObject({ error: { code: 'context_length_exceeded' } })
    expect((await post('/v1/chat/completions', '{"model"')).status).toBe(400)
    expect((await post('/v1/chat/completions', `"${'x'.repeat(17_000_000)}"`)).status).toBe(413)
    await expect(client.embeddings.create({ model: 'm', input: 'a' })).rejects.toMatchObject({
      ...{ status: 400, code: 'unsupported_parameter' },
    })
    expect((await post('/v1/nothing', {})).status).toBe(404)
  })

  test('lets in only who has the token, calls us by our name and comes from an allowed page', async () => {
    const get = (headers: Record<string, string>, method = 'GET') =>
      new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
        const asked = httpRequest(`${api.address}/v1/models`, { headers, method }, (answer) => {
          answer.resume()
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers })
        })
        asked.on('error', reject).end()
      })
    const bearer = { Authorization: `Bearer ${token}` }
    expect((await get(bearer)).status).toBe(200)
    expect((await get({})).status).toBe(401)
    expect((await get({ Authorization: 'Bearer sk-wrong' })).status).toBe(401)
    expect((await get({ ...bearer, Host: 'evil.example' })).status).toBe(403)
    expect((await get({ ...bearer, Origin: 'https://evil.example' })).status).toBe(403)
    const allowed = await get({ ...bearer, Origin: 'https://pages.example' })
    expect(allowed.status).toBe(200)
    expect(allowed.headers['access-control-allow-origin']).toBe('https://pages.example')
    const preflight = await get(
      {
        Origin: 'https://pages.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,x-stainless-os',
      },
      'OPTIONS',
    )
    expect(preflight.status).toBe(204)
    expect(preflight.headers['access-control-allow-headers']).toContain('x-stainless-os')
  })

  test('says plainly that the port is taken, and wants a token for other computers', async () => {
    const options = {
      source: new FixedInference(core.engine.client(), 'm'),
      log: { info: () => undefined, error: () => undefined },
      ...{ token, origins: [], host: '127.0.0.1', port: Number(new URL(api.address).port) },
    }
    await expect(startApiServer(options)).rejects.toMatchObject({ code: 'api.port_taken' })
    await expect(
      startApiServer({ ...options, host: '0.0.0.0', token: null, port: 0 }),
    ).rejects.toMatchObject({ code: 'api.token_needed' })
  })

  test('writes many replies at once, each the same as alone', async () => {
    const questions = [
      '你好',
      '你是谁',
      '谢谢',
      'who are you',
      '讲一个故事',
      '再见',
      'hello',
      '写一段代码',
    ]
    const together = await Promise.all(questions.map(greedy))
    for (const [index, question] of questions.entries())
      expect(await greedy(question)).toBe(together[index])
  })

  test('stops writing when the client goes away', async () => {
    log.length = 0
    const abort = new AbortController()
    const stream = await client.completions.create(
      { model: 'm', prompt: '从一数到一万：', max_tokens: 4000, temperature: 2, stream: true },
      { signal: abort.signal },
    )
    for await (const chunk of stream) {
      expect(chunk.object).toBe('text_completion')
      abort.abort()
      break
    }
    await until(() => log.some(({ status }) => status === 499))
    // The engine is free again at once: it would otherwise still be at its 4000 tokens.
    expect(await greedy('你好')).not.toBe('')
  })

  // Written after the sources of these programs, not recorded from them.
  test.each([
    ['ChatGPT-Next-Web', nextChatRequest],
    ['Chatbox', chatBoxRequest],
    ['OpenCat', openCatRequest],
  ])('answers a request as %s writes it', async (_name, { body, headers }) => {
    const answer = await post('/v1/chat/completions', body, headers)
    expect(answer.status).toBe(200)
    const events = await eventsOf(answer)
    expect(events.at(-1)).toBe('[DONE]')
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as StreamChunk)
    expect(chunks.some(({ choices }) => choices[0]?.delta['content'])).toBe(true)
  })

  test('logs what was asked, without a word of it', async () => {
    log.length = 0
    await client.chat.completions.create({ model: 'my-name', messages: hello, max_tokens: 4 })
    await until(() => log.length === 1)
    expect(log[0]).toMatchObject({
      ...{ method: 'POST', path: '/v1/chat/completions', model: 'my-name', status: 200 },
      client: expect.stringContaining('127.0.0.1') as string,
    })
    expect(log[0]?.promptTokens).toBeGreaterThan(0)
    expect(log[0]?.generatedTokens).toBeGreaterThan(0)
    expect(JSON.stringify(log)).not.toContain('你好')
  })
})
