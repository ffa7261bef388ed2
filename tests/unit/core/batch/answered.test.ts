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
    const cut = join(folder, `cut-${name}`)
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(cut, whole.subarray(0, length))
      const answered = await readAnswered(cut)
      expect(answered.size).toBe(ends.filter((end) => end <= length).length)
      const kept = readFileSync(cut)
      expect(kept.equals(whole.subarray(0, kept.length))).toBe(true)
      if (answered.size > 0) expect(kept.length).toBe(ends[answered.size - 1])
    }
  },
)

test.each([
  ['notes.jsonl', 'My notes'],
  ['notes.jsonl', '{"prompt":"a"}\n'],
  ['notes.csv', 'a,b\n1,2\n'],
])('touches no %s that holds something else', async (name, text) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  await expect(readAnswered(file)).rejects.toMatchObject({ code: 'batch.output_exists' })
  expect(readFileSync(file, 'utf8')).toBe(text)
})
