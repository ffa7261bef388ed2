import { expect, test } from 'vitest'
import { startApi } from './start-api.ts'

test('samples as the official demo of CodeGeeX2 where a request says nothing', async () => {
  const { post, asked } = await startApi('codegeex2', { reply: ['pass'] })
  const { payload } = await post('/', { lang: 'C++', prompt: '// sort\n' })
  expect(JSON.parse(payload)).toMatchObject({ response: 'pass', lang: 'C++', status: 200 })
  await post('/', {
    ...{ lang: 'None', prompt: 'a', max_length: 9, top_p: 0.5, temperature: 0, top_k: 3 },
  })
  expect(asked()).toMatchObject([
    {
      prompt: '// language: C++\n// sort\n',
      sampling: { maxLength: 128, topP: 0.95, temperature: 0.2, topK: 0 },
    },
    { prompt: 'a', sampling: { maxLength: 9, topP: 0.5, temperature: 0, topK: 3 } },
  ])
})

const reply = ['    return', ' 1\n', '\nprint(1)\n', 'x\n']
const body = { prompt: 'def one():\n', lang: 'python', code_stop: 'block' }

test('tags and ends code for editors, whole and in pieces', async () => {
  const { post, asked } = await startApi('codegeex2', { reply, replyTimes: 200 })
  const whole = await post('/v1/completions', body)
  expect(JSON.parse(whole.payload)).toMatchObject({
    choices: [{ text: '    return 1', finish_reason: 'stop' }],
  })
  const stream = await post('/v1/completions', { ...body, stream: true })
  const texts = [...stream.payload.matchAll(/"text":("(?:[^"\\]|\\.)*")/gu)]
  expect(texts.map(([, text = '']) => JSON.parse(text) as string).join('')).toBe('    return 1')
  expect(stream.payload).toContain('"finish_reason":"stop"')
  expect(asked()[0]).toMatchObject({ prompt: '# language: Python\ndef one():\n' })
})

test('passes a prompt through as it stands unless it is told to be code', async () => {
  const { post, asked } = await startApi('codegeex2', { reply })
  const prompt = '# language: Python\ndef one():\n'
  const raw = await post('/v1/completions', { prompt })
  expect(JSON.parse(raw.payload)).toMatchObject({ choices: [{ text: reply.join('') }] })
  const ended = await post('/v1/completions', { prompt, code_stop: 'line' })
  expect(JSON.parse(ended.payload)).toMatchObject({ choices: [{ text: '    return 1' }] })
  expect(asked()).toMatchObject([{ prompt }, { prompt }])
})

test('refuses a language that nobody taught, and an end without a language', async () => {
  const { post } = await startApi('codegeex2', {})
  for (const wrong of [
    { prompt: '', lang: 'Klingon' },
    { prompt: 'a', code_stop: 'block' },
    { ...body, logprobs: 1 },
  ])
    expect((await post('/v1/completions', wrong)).statusCode).toBe(400)
  expect((await post('/', { prompt: '', lang: 'Klingon' })).statusCode).toBe(400)
})
