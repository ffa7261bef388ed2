import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAnswered } from '../../../../src-main/core/batch/answered.ts'
import { BatchOutput } from '../../../../src-main/core/batch/batch-output.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))

const answerOf = (id: string) => ({
  ...{ id, line: 1, prompt: '问题 "a",\nb', text: `答案\n"${id}"`, finish: 'stop' },
  ...{ promptTokens: 5, generatedTokens: 3, body: { id: 'x' } },
})

test.each(['out.jsonl', 'out.csv'])(
  'takes %s up after every byte at which it may end',
  async (name) => {
    const file = join(folder, name)
    const output = await BatchOutput.open(file)
    const ends: number[] = []
    for (const id of ['one', '三']) {
      await output.write(answerOf(id))
      ends.push(readFileSync(file).length)
    }
    await output.close()
    const whole = readFileSync(file)
    for (let length = 0; length <= whole.length; length++) {
      const { earlier, wholeBytes } = readAnswered(name, whole.subarray(0, length))
      const ended = ends.filter((end) => end <= length)
      expect(earlier.size).toBe(ended.length)
      expect(wholeBytes).toBeLessThanOrEqual(length)
      if (ended.length > 0) expect(wholeBytes).toBe(ended.at(-1))
    }
  },
)

test('takes away what was cut off', async () => {
  const file = join(folder, 'cut.jsonl')
  writeFileSync(file, '{"id":"batch_req-1","custom_id":"one"}\n{"id":"batch_r')
  const output = await BatchOutput.open(file)
  expect([...output.answered]).toEqual(['one'])
  await output.write(answerOf('two'))
  await output.close()
  expect(readFileSync(file, 'utf8')).toMatch(/"one"\}\n\{"id":"batch_req-\w+","custom_id":"two"/u)
})

test.each([
  ['notes.jsonl', 'My notes'],
  ['notes.jsonl', '{"prompt":"a"}\n'],
  ['notes.csv', 'a,b\n1,2\n'],
])('touches no %s that holds something else', async (name, text) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  await expect(BatchOutput.open(file)).rejects.toMatchObject({ code: 'batch.output_exists' })
  expect(readFileSync(file, 'utf8')).toBe(text)
})
