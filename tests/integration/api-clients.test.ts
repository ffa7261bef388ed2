/* eslint-disable @typescript-eslint/no-deprecated -- clients send the older names, too */
import { request as httpRequest } from 'node:http'
import { describe, expect, test } from 'vitest'
import { startApiServer } from '../../src-main/http/api/api-server.ts'
import { until } from '../fakes/wait.ts'
import { chatBoxRequest, nextChatRequest, openCatRequest } from './client-requests.ts'
import { hasRealEngine } from './real-engine.ts'
import { eventsOf, hello, json, type StreamChunk, TestedApi, token } from './tested-api.ts'

describe.skipIf(!hasRealEngine)('the API among its clients', { timeout: 240_000 }, () => {
  const api = new TestedApi()
  const { post, greedy, log } = api

  test('lists the loaded model with the fields of the official list', async () => {
    const { data } = await api.client.models.list()
    expect(data).toEqual([
      {
        ...{ id: 'chatglm-demo', object: 'model', created: expect.any(Number) as number },
        ...{ owned_by: 'owner', root: null, parent: null, permission: null },
      },
    ])
    expect((await api.client.models.retrieve('chatglm-demo')).id).toBe('chatglm-demo')
    await expect(api.client.models.retrieve('gpt-4')).rejects.toMatchObject({
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
    await expect(api.client.embeddings.create({ model: 'm', input: 'a' })).rejects.toMatchObject({
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
      source: api.source,
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
    const stream = await api.client.completions.create(
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
    await api.client.chat.completions.create({ model: 'my-name', messages: hello, max_tokens: 4 })
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
