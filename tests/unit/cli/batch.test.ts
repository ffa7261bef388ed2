import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { runProgram } from '../../../src-main/cli/program.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../fakes/fake-engine-script.ts'
import { TestTerminal } from '../../fakes/test-terminal.ts'
import { until } from '../../fakes/wait.ts'

interface AnswerLine {
  custom_id: string
  line: number
  prompt: string
  answer: string
  response: { status_code: number; body: { object: string; choices: unknown[] } }
  error: null
}

const lines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
const answersIn = (file: string) => lines(file).map((line) => JSON.parse(line) as AnswerLine)

/** Files for one run, and what starts it. */
function createBatch(input: string, text: string, output: string) {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  const file = (name: string) => join(folder, name)
  writeFileSync(file(input), text)
  writeFileSync(file('model.gguf'), 'GGUF')
  const start = (script: FakeEngineScript = {}, args: string[] = []) => {
    const terminal = new TestTerminal({ isInteractive: false })
    const interrupted = new AbortController()
    const env = { CHATGLM_ENGINE: fakeEngineFile(script), CHATGLM_CACHE_DIR: file('cache') }
    const exitCode = runProgram(
      ['batch', file(input), file(output), '--model', file('model.gguf'), ...args],
      { terminal, env, signal: interrupted.signal },
    )
    return { terminal, exitCode, interrupt: () => interrupted.abort() }
  }
  return { file, start }
}

test('answers prompts and requests, and reports bad lines without stopping', async () => {
  const input = [
    '{"prompt": "你好", "top_p": 0.4}',
    '{"prompt": ""}',
    '{"custom_id": "mine", "method": "POST", "url": "/v1/completions", "body": {"prompt": "写", "n": 2}}',
    'no JSON',
    '',
    '{"custom_id": "x", "method": "POST", "url": "/v1/embeddings", "body": {"input": "a"}}',
    '{"id": 7, "prompt": "a", "temperature": 9}',
    '{"custom_id": "mine", "method": "POST", "url": "/v1/completions", "body": {"prompt": "b"}}',
    '{"id": 8, "system": "Be brief.", "prompt": "last"}',
  ].join('\r\n')
  const { file, start } = createBatch('in.jsonl', input, 'out.jsonl')
  const requestLog = file('requests')
  const { exitCode, terminal } = start({ requestLog })
  expect(await exitCode).toBe(3)

  const answers = answersIn(file('out.jsonl'))
  expect(answers.map(({ line }) => line).toSorted()).toEqual([1, 3, 9])
  const mine = answers.find((answer) => answer.custom_id === 'mine')
  expect(mine).toMatchObject({ prompt: '写', answer: '你好！', error: null })
  expect(mine?.response).toMatchObject({ status_code: 200, body: { object: 'text_completion' } })
  expect(mine?.response.body.choices).toHaveLength(2)
  expect(answers.find(({ line }) => line === 9)?.custom_id).toBe('8')
  expect(readFileSync(requestLog, 'utf8')).toContain('Be brief.last')

  const failed = lines(file('out.errors.jsonl')).map((line) => JSON.parse(line) as { line: number })
  expect(failed.map(({ line }) => line).toSorted()).toEqual([2, 4, 6, 7, 8])
  for (const line of [2, 4, 6, 7, 8]) expect(terminal.stderrText).toContain(`Line ${line}: `)
  expect(terminal.stdoutText).toContain('3 answered, 0 earlier, 5 failed')
})

test('reads and writes tables, whatever stands in a cell', async () => {
  const input = '\uFEFFid,prompt,temperature\r\nfirst,"two\nlines, ""quoted""",0\r\n,plain,\r\n'
  const { file, start } = createBatch('in.csv', input, 'out.csv')
  const requestLog = file('requests')
  expect(await start({ requestLog, reply: ['a "b",\n', 'c'] }).exitCode).toBe(0)
  expect(readFileSync(requestLog, 'utf8')).toContain('"sampling":{"temperature":0}')
  const rows = parse(readFileSync(file('out.csv')), { bom: true, columns: true })
  expect(rows).toHaveLength(2)
  expect(rows).toContainEqual({
    ...{ id: 'first', line: '3', prompt: 'two\nlines, "quoted"', answer: 'a "b",\nc' },
    ...{ finish_reason: 'stop', prompt_tokens: '5', completion_tokens: '2' },
  })
  expect(existsSync(file('out.errors.jsonl'))).toBe(false)
})

test('writes many at once, and goes on where it was ended', async () => {
  const prompts = Array.from({ length: 40 }, (_, index) => ({ id: index, prompt: `p${index}` }))
  const text = prompts.map((prompt) => `${JSON.stringify(prompt)}\n`).join('')
  const { file, start } = createBatch('in.jsonl', text, 'out.jsonl')
  const [firstLog, secondLog] = [file('first'), file('second')]
  const first = start({ requestLog: firstLog, pieceDelayMs: 100 }, ['--at-once', '4'])
  // Four end about together: it is the third four that are being written when three of them are asked.
  await until(() => lines(firstLog).filter((line) => line.startsWith('chat.generate')).length > 10)
  first.interrupt()
  expect(await first.exitCode).toBe(130)
  expect(lines(firstLog).filter((line) => line === 'cancelled').length).toBeGreaterThan(1)
  const earlier = answersIn(file('out.jsonl'))
  expect(earlier.length).toBeLessThan(40)
  writeFileSync(file('out.jsonl'), '{"id":"batch_req-torn', { flag: 'a' })

  const second = start({ requestLog: secondLog })
  expect(await second.exitCode).toBe(0)
  const answers = answersIn(file('out.jsonl'))
  expect(answers.map(({ custom_id }) => Number(custom_id)).toSorted((a, b) => a - b)).toEqual(
    prompts.map(({ id }) => id),
  )
  const asked = lines(secondLog).filter((line) => line.startsWith('chat.generate'))
  expect(asked).toHaveLength(40 - earlier.length)
  expect(second.terminal.stdoutText).toContain(`${earlier.length} earlier, 0 failed`)
})

test('asks again what a crash of the engine took along', async () => {
  const prompts = ['a', 'b', 'crash', 'c', 'd'].map((prompt) => `${JSON.stringify({ prompt })}\n`)
  const { file, start } = createBatch('in.jsonl', prompts.join(''), 'out.jsonl')
  const crashOnceAt = { content: 'crash', file: file('crashed') }
  expect(await start({ crashOnceAt, pieceDelayMs: 20 }).exitCode).toBe(0)
  expect(existsSync(file('crashed'))).toBe(true)
  expect(
    answersIn(file('out.jsonl'))
      .map(({ prompt }) => prompt)
      .toSorted(),
  ).toEqual(['a', 'b', 'c', 'crash', 'd'])
})

test.each([
  ['in.txt', 'a', 'out.jsonl', 'neither a .jsonl nor a .csv'],
  ['in.jsonl', '{"prompt": "a"}', 'in.jsonl', 'would replace the prompts'],
  ['in.jsonl', Buffer.from([0x7b, 0xc4, 0xe3]).toString('latin1'), 'model.csv', null],
])('explains what is wrong with %s and %s', async (input, text, output, words) => {
  const { start, file } = createBatch(input, text, output)
  if (words === null) writeFileSync(file(input), Buffer.from(text, 'latin1'))
  const { exitCode, terminal } = start()
  expect(await exitCode).toBe(3)
  expect(terminal.stderrText).toContain(words ?? 'not written in UTF-8')
})
