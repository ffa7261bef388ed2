import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../../../src-main/cli/program.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../fakes/fake-engine-script.ts'
import { TestTerminal } from '../../fakes/test-terminal.ts'

const statistics = {
  ...{ promptTokens: 5, reusedTokens: 0, restoredTokens: 0, restoreMs: 0, generatedTokens: 1 },
  ...{ timeToFirstTokenMs: 1, promptTokensPerSecond: 9, tokensPerSecond: 9, seed: 1 },
}
const token = (text: string, logprob: number) => ({ bytes: [...Buffer.from(text)], logprob })
const text = 'I think so.'
const top = [token('the', -0.3), token(' B', -2), token('C', -1.5), token('B', -2)]
/** Says that C is likeliest of the single tokens, but B with and without a space together. */
const saysB: FakeEngineScript = {
  results: {
    'chat.generate': {
      ...{ text, finish: 'length', statistics },
      tokens: [{ ...token('the', -0.3), top }],
    },
  },
}

const questions = 'One?,a,b,c,d,B\nTwo?,a,b,c,d,C\nThree?,a,b,c,d,B\n'

/** Files for one set, and what asks its questions. */
function createSet() {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  const file = (name: string) => join(folder, name)
  writeFileSync(file('law_test.csv'), questions)
  writeFileSync(file('law_dev.csv'), 'Zero?,a,b,c,d,D\n')
  writeFileSync(file('model.gguf'), 'GGUF')
  const start = (script: FakeEngineScript, ...args: string[]) =>
    startOn(file('law_test.csv'), script, ...args)
  async function startOn(path: string, script: FakeEngineScript, ...args: string[]) {
    const terminal = new TestTerminal({ isInteractive: false })
    const requestLog = file('requests')
    writeFileSync(requestLog, '')
    const env = {
      CHATGLM_ENGINE: fakeEngineFile({ ...script, requestLog }),
      CHATGLM_CACHE_DIR: file('cache'),
    }
    const exitCode = await runProgram(
      ['eval', path, file('out.jsonl'), '--model', file('model.gguf'), ...args],
      { terminal, env, signal: new AbortController().signal },
    )
    const asked = readFileSync(requestLog, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('chat.generate '))
      .map((line) => JSON.parse(line.slice('chat.generate '.length)) as unknown)
    return { exitCode, asked, stdout: terminal.stdoutText, stderr: terminal.stderrText }
  }
  return { file, start, startOn }
}

const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)

test('the model thinks, and of the letters after the conclusion the likeliest counts', async () => {
  const { file, start } = createSet()
  const { exitCode, asked, stdout, stderr } = await start(
    saysB,
    '--at-once',
    '1',
    '--csv',
    file('t.csv'),
  )
  expect(exitCode).toBe(0)
  expect(asked).toHaveLength(6)
  const [thinking, choosing] = asked
  expect(thinking).toMatchObject({ sampling: { temperature: 0, maxNewTokens: 512 } })
  expect(choosing).toMatchObject({
    replyStart: `${text}\nTherefore, among A through D, the right answer is:`,
    sampling: { temperature: 0, maxNewTokens: 1, topLogprobs: 20 },
  })
  expect(stdout).toBe(
    'law: 66.7% (2 of 3; 95%: 20.8% to 93.9%)\nall: 66.7% (2 of 3; 95%: 20.8% to 93.9%)\n',
  )
  expect(stderr).toContain('ChatGLM2-6B, MMLU 45.46%')
  expect(readFileSync(file('t.csv'), 'utf8')).toMatch(
    /^subject,count,correct,share,low,high\nlaw,3,2,/,
  )
  expect(linesOf(file('out.jsonl'))).toMatchObject([
    { chatglm_eval: 1, form: 'mmlu', model: 'model', method: 'reason', shots: 0 },
    { id: 'law_test/0', answer: 'B', chosen: 'B', correct: true, reply: text },
    { id: 'law_test/1', answer: 'C', chosen: 'B', correct: false },
    { id: 'law_test/2', answer: 'B', chosen: 'B' },
  ])
})

test('a letter is chosen at once, behind solved examples', async () => {
  const { file, start } = createSet()
  const wrong = await start(saysB, '--method', 'letter', '--shots', '1')
  expect(wrong).toMatchObject({ exitCode: 2, asked: [] })
  const { exitCode, asked, stdout } = await start(
    saysB,
    ...['--method', 'letter', '--shots', '1', '--examples', file('law_dev.csv'), '--json'],
  )
  expect(exitCode).toBe(0)
  expect(asked).toHaveLength(3)
  expect(asked[0]).not.toHaveProperty('replyStart')
  expect(asked[0]).toMatchObject({
    messages: [{ role: 'user' }, { role: 'assistant', content: 'D' }, { role: 'user' }],
  })
  expect(JSON.parse(stdout)).toMatchObject({ all: { correct: 2, count: 3 }, unanswered: 0 })
})

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/eval', name)

test('numbers are found in what the model writes, behind solved examples', async () => {
  const { file, startOn } = createSet()
  const reply = ['72 - 50 = 22 rolls.', ' The answer is 22.']
  const { exitCode, asked, stdout, stderr } = await startOn(
    fixture('gsm8k.jsonl'),
    { reply },
    ...['--shots', '2', '--examples', fixture('gsm8k-examples.jsonl'), '--at-once', '1'],
  )
  expect(exitCode).toBe(0)
  expect(asked).toHaveLength(4)
  expect(asked[0]).toMatchObject({
    messages: [
      { role: 'user' },
      { role: 'assistant', content: 'He has 3 * 4 = 12 pens. The answer is 12.' },
      { role: 'user' },
      { role: 'assistant' },
      { role: 'user', content: expect.stringMatching(/^A baker .* left\?$/u) as string },
    ],
    sampling: { temperature: 0, maxNewTokens: 512 },
  })
  expect(stdout).toContain('all: 25.0% (1 of 4;')
  expect(stderr).toContain('ChatGLM2-6B, GSM8K with 8 examples 28.05%')
  expect(linesOf(file('out.jsonl'))).toMatchObject([
    { form: 'gsm8k', shots: 2 },
    { id: 'gsm8k/1', answer: '22', chosen: '22', correct: true, reply: reply.join('') },
    { id: 'gsm8k/2', answer: '1,250', chosen: '22', correct: false },
    {},
    {},
  ])
})

test('what stands behind "the answer is" counts for each task', async () => {
  const { file, startOn } = createSet()
  const { exitCode, asked, stdout } = await startOn(
    fixture('bbh'),
    { reply: ['So the answer is (B).'] },
    ...['--json', '--report', file('report.html')],
  )
  expect(exitCode).toBe(0)
  expect(asked).toHaveLength(4)
  for (const one of asked)
    expect(one).toMatchObject({
      messages: [{ content: expect.stringContaining('So the answer is') as string }],
      replyStart: "Let's think step by step.\n",
    })
  expect(JSON.parse(stdout)).toMatchObject({
    all: { correct: 1, count: 4 },
    subjects: [
      { subject: 'light_switch', correct: 0, count: 2 },
      { subject: 'weekday_shift', correct: 1, count: 2 },
    ],
  })
  expect(linesOf(file('out.jsonl'))[1]).toMatchObject({ reply: 'So the answer is (B).' })
  const report = readFileSync(file('report.html'), 'utf8')
  expect(report).toMatch(/^<!doctype html><html lang="en">.*<h1>model, BIG-Bench Hard<\/h1>/su)
  expect(report).toContain('1 of 4 questions were answered rightly: 25.0%.')

  const part = await startOn(fixture('bbh/weekday_shift.json'), {}, '--json')
  expect(part.asked).toEqual([])
  expect(JSON.parse(part.stdout)).toMatchObject({ all: { correct: 1, count: 2 } })
})

test('a run goes on behind its last whole line, and only in its own way of asking', async () => {
  const { file, start } = createSet()
  expect((await start(saysB, '--method', 'letter', '--at-once', '1')).asked).toHaveLength(3)
  const whole = readFileSync(file('out.jsonl'), 'utf8')
  const cut = whole.slice(0, whole.lastIndexOf('{') + 9) // the last result was being written
  writeFileSync(file('out.jsonl'), cut)

  const again = await start(saysB, '--method', 'letter', '--at-once', '1')
  expect(again.asked).toHaveLength(1)
  expect(readFileSync(file('out.jsonl'), 'utf8')).toBe(whole)
  expect(again.stdout).toContain('all: 66.7% (2 of 3;')

  const other = await start(saysB, '--method', 'reason')
  expect(other).toMatchObject({ exitCode: 3, asked: [] })
  expect(other.stderr).toContain('Choose another name.')
  appendFileSync(file('out.jsonl'), 'my notes\n')
  expect((await start(saysB, '--method', 'letter')).exitCode).toBe(3)
  expect(readFileSync(file('out.jsonl'), 'utf8')).toBe(`${whole}my notes\n`)
})

test('a run that was ended while it began begins again', async () => {
  const { file, start } = createSet()
  writeFileSync(file('out.jsonl'), '{"chatglm_eval":1,"fo')
  expect((await start(saysB, '--method', 'letter')).asked).toHaveLength(3)
  expect(linesOf(file('out.jsonl'))).toHaveLength(4)
})

test('a place where nothing can be written is named before anything is asked', async () => {
  const { file, start } = createSet()
  mkdirSync(file('out.jsonl'))
  const { exitCode, asked, stderr } = await start(saysB)
  expect({ exitCode, asked }).toEqual({ exitCode: 3, asked: [] })
  expect(stderr).toContain('out.jsonl cannot be written (EISDIR')
})

test.each([
  ['--shots', '2', 'text.txt'],
  ['--method', 'reason', 'text.md'],
  ['--limit', '5', 'text.txt'],
  ['--at-once', '2', 'text.txt'],
  ['--against', 'model.gguf', 'law_test.csv'],
  ['--window', '512', 'law_test.csv'],
])('%s %s is refused for %s, which it would not count for', async (flag, value, name) => {
  const { file, startOn } = createSet()
  const { exitCode, asked, stderr } = await startOn(file(name), saysB, flag, value)
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] })
  expect(stderr).toContain(`Leave ${flag} out.`)
})

test('what cannot be asked is named and left for the next run', async () => {
  const { file, start } = createSet()
  const errors = { 'chat.generate': { code: 40, message: 'It is too long.' } }
  const { exitCode, stderr } = await start({ errors }, '--method', 'letter')
  expect(exitCode).toBe(3)
  expect(stderr).toContain('law_test/1: It is too long.')
  expect(stderr).toContain('3 questions could not be asked.')
  expect(linesOf(file('out.jsonl'))).toHaveLength(1)
  expect((await start(saysB, '--method', 'letter')).asked).toHaveLength(3)
  expect(existsSync(file('out.jsonl'))).toBe(true)
})
