import { expect, test } from 'vitest'
import { startApi } from './start-api.ts'

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: '查询天气',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
}
const call = ['get_', 'weather\n ', '```python\n', "tool_call(city='北京')\n", '```']
const question = { role: 'user', content: '天气？' }
const body = { messages: [question], tools: [weather] }
const path = '/v1/chat/completions'

interface Answer {
  choices: {
    message: { content: string | null; tool_calls?: { id: string; function: object }[] }
    finish_reason: string
  }[]
}
const parse = (payload: string) => JSON.parse(payload) as Answer

test('tells ChatGLM3 its tools and gives its call back as the openai client expects it', async () => {
  const { post, asked } = await startApi('chatglm3', { reply: call })
  const [choice] = parse((await post(path, body)).payload).choices
  expect(choice?.finish_reason).toBe('tool_calls')
  expect(choice?.message).toMatchObject({
    role: 'assistant',
    content: null,
    tool_calls: [
      { type: 'function', function: { name: 'get_weather', arguments: '{"city":"北京"}' } },
    ],
  })
  expect(choice?.message.tool_calls?.[0]?.id).toMatch(/^call-/u)
  expect(asked()).toMatchObject([
    {
      messages: [
        {
          role: 'system',
          content: expect.stringMatching(/^Answer the following.*\n\[\n {4}\{/u) as string,
        },
        question,
      ],
    },
  ])
})

test('passes the result of a tool on as an observation', async () => {
  const { post, asked } = await startApi('chatglm3', { reply: ['晴'] })
  const { payload } = await post(path, {
    ...body,
    messages: [
      { role: 'system', content: 'Be brief.' },
      question,
      {
        ...{ role: 'assistant', content: null },
        tool_calls: [
          {
            ...{ id: 'call-1', type: 'function' },
            function: { name: 'get_weather', arguments: '{"city":"北京"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call-1', content: '{"t":21}' },
    ],
  })
  expect(parse(payload).choices[0]).toMatchObject({
    ...{ message: { content: '晴' }, finish_reason: 'stop' },
  })
  expect(asked()).toMatchObject([
    {
      messages: [
        { role: 'system', content: expect.stringMatching(/^Be brief\.\nAnswer/u) as string },
        question,
        {
          ...{ role: 'assistant', tool: 'get_weather' },
          content: "```python\ntool_call(city='北京')\n```",
        },
        { role: 'observation', content: '{"t":21}' },
      ],
    },
  ])
})

test('streams a call in one piece, and words as they come', async () => {
  const { post } = await startApi('chatglm3', { reply: call })
  const { payload } = await post(path, { ...body, stream: true })
  expect(payload).toContain('"delta":{"tool_calls":[{"index":0,"id":"call-')
  expect(payload).toContain('"finish_reason":"tool_calls"')
  expect(payload).not.toContain('"content":"get_')

  const words = await startApi('chatglm3', { reply: ['get', ' up', ' now'] })
  const spoken = (await words.post(path, { ...body, stream: true })).payload
  const pieces = [...spoken.matchAll(/"content":"([^"]*)"/gu)].map(([, text]) => text)
  expect(pieces.join('')).toBe('get up now')
  expect(pieces.length).toBeGreaterThan(1)
  expect(spoken).toContain('"finish_reason":"stop"')
})

test('says the same when no tool is wanted, and refuses what cannot be had', async () => {
  const { post, asked } = await startApi('chatglm3', { reply: ['x'] })
  await post(path, { ...body, tool_choice: 'none' })
  expect(asked()).toMatchObject([{ messages: [question] }])
  const wrong = [
    { ...body, tool_choice: 'required' },
    { ...body, tools: [weather, weather] },
    { ...body, tools: [{ type: 'retrieval' }] },
    {
      messages: [
        question,
        { role: 'assistant', tool_calls: [{ function: { name: 'a', arguments: 'no' } }] },
        { role: 'tool', content: '' },
      ],
    },
  ]
  for (const one of wrong) expect((await post(path, one)).statusCode).toBe(400)

  const second = await startApi('chatglm2', { reply: ['x'] })
  const refused = await second.post(path, body)
  expect(refused.statusCode).toBe(400)
  expect(refused.payload).toContain('Load a ChatGLM3 model')
})
