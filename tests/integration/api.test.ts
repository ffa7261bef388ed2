/* eslint-disable @typescript-eslint/no-deprecated -- clients send the older names, too */
import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { hasRealEngine } from './real-engine.ts'
import { eventsOf, hello, json, type StreamChunk, TestedApi } from './tested-api.ts'

describe.skipIf(!hasRealEngine)('the API with the real engine', { timeout: 240_000 }, () => {
  const api = new TestedApi()
  const { post, greedy } = api

  test('answers the openai client with usage, whole and in pieces', async () => {
    const body = { model: 'chatglm2-6b', messages: hello, temperature: 0 }
    const whole = await api.client.chat.completions.create(body)

    expect(whole).toMatchObject({ object: 'chat.completion', model: 'chatglm2-6b' })
    const [choice] = whole.choices
    expect(choice).toMatchObject({ index: 0, finish_reason: 'stop', logprobs: null })
    expect(choice?.message.content).not.toBe('')
    const { usage } = whole
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))

    const stream = await api.client.chat.completions.create({
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
    const asked = await api.client.chat.completions.create({
      ...{ model: 'm', temperature: 0, max_tokens: 8 },
      messages: [
        { role: 'system', content: '请回答：' },
        { role: 'user', content: '你好' },
        { role: 'assistant', content: '你好！' },
        { role: 'user', content: '你是谁' },
      ],
    })
    const same = await api.client.chat.completions.create({
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

  test('answers POST / field by field as the official demo of CodeGeeX2', async () => {
    const answer = await json(await post('/', { lang: 'Python', prompt: '# sort a list\n' }))
    expect(Object.keys(answer).sort()).toEqual(['lang', 'response', 'status', 'time'])
    expect(answer).toMatchObject({ lang: 'Python', status: 200 })
    expect(answer['time']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)

    const prompt = 'hello'
    const form = { max_length: 40, top_p: 0.9, temperature: 0, top_k: 1 }
    const plain = await json(await post('/', { lang: 'None', prompt, ...form }))
    const raw = await api.client.completions.create({
      ...{ model: 'm', prompt, temperature: 0 },
      ...{ max_length: 40 },
    })
    expect(plain['response']).toBe(raw.choices[0]?.text)
    expect(plain['lang']).toBe('None')

    const refused = await post('/', { lang: 'Klingon', prompt: '' })
    expect(refused.status).toBe(400)
    expect((await json(refused))['detail']).toContain('Klingon')
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
      api.client.chat.completions.create({
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
    const body = { model: 'm', n: 3, seed: -5, temperature: 2, top_p: 1, max_tokens: 12 }
    const chat = await api.client.chat.completions.create({ ...body, messages: hello })
    expect(chat.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(chat.usage?.completion_tokens).toBeLessThanOrEqual(36)

    // The demo model is sure of its replies, but not of how raw text goes on.
    const raw = await api.client.completions.create({ ...body, prompt: 'x' })
    expect(raw.choices.map(({ finish_reason }) => finish_reason)).toContain('length')
    expect(new Set(raw.choices.map(({ text }) => text)).size).toBe(3)
  })

  test('tells how likely the tokens were, whole and in pieces', async () => {
    const body = {
      ...{ model: 'm', messages: hello, temperature: 0, max_tokens: 6 },
      ...{ logprobs: true, top_logprobs: 3 },
    }
    const whole = await api.client.chat.completions.create(body)
    const content = whole.choices[0]?.logprobs?.content ?? []
    expect(content).toHaveLength(whole.usage?.completion_tokens ?? 0)
    for (const { logprob, top_logprobs } of content) {
      expect(top_logprobs).toHaveLength(3)
      expect(top_logprobs[0]?.logprob).toBe(logprob)
      expect(logprob).toBeLessThanOrEqual(0)
    }
    const stream = await api.client.chat.completions.create({ ...body, stream: true })
    const streamed = []
    for await (const chunk of stream) streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []))
    expect(streamed.map((one) => one.token)).toEqual(content.map((one) => one.token))
  })

  test('writes raw text on, several prompts at once', async () => {
    const reply = await api.client.completions.create({
      ...{ model: 'm', prompt: ['你好', 'Hello'], max_tokens: 4, temperature: 0, logprobs: 2 },
    })
    expect(reply.object).toBe('text_completion')
    expect(reply.choices).toHaveLength(2)
    const [first] = reply.choices
    expect(first?.logprobs?.tokens?.length).toBeGreaterThan(0)
    expect(first?.logprobs?.text_offset?.[0]).toBe(0)
    const stream = await api.client.completions.create({
      ...{ model: 'm', prompt: '你好', max_tokens: 4, temperature: 0, stream: true },
    })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? ''
    expect(text).toBe(first?.text)
  })
})
