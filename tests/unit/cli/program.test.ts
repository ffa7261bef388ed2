import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runProgram } from '../../../src-main/cli/program.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../fakes/fake-engine-script.ts'
import { TestTerminal } from '../../fakes/test-terminal.ts'
import { readTextFile } from '../../fakes/wait.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
const model = join(folder, 'model.gguf')
writeFileSync(model, 'GGUF')

function start(
  args: string[],
  script: FakeEngineScript = {},
  { isInteractive = false, engine = fakeEngineFile(script) } = {},
) {
  const terminal = new TestTerminal({ isInteractive })
  const interrupted = new AbortController()
  const env = { CHATGLM_ENGINE: engine, CHATGLM_CACHE_DIR: join(folder, 'cache') }
  const exitCode = runProgram(args, { terminal, env, signal: interrupted.signal })
  return { terminal, exitCode, interrupt: () => interrupted.abort() }
}

async function run(args: string[], script: FakeEngineScript = {}, input = '') {
  const { terminal, exitCode } = start(args, script)
  terminal.stdin.end(input)
  const code = await exitCode
  return { code, stdout: terminal.stdoutText, stderr: terminal.stderrText }
}

const chat = ['chat', '--model', model]

describe('chat with one prompt', () => {
  test('prints the reply alone on stdout', async () => {
    expect(await run([...chat, '-p', '你好'])).toEqual({ code: 0, stdout: '你好！\n', stderr: '' })
  })

  test('takes the prompt from stdin', async () => {
    const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'log')
    const { code, stdout } = await run(chat, { requestLog }, '第一行\n第二行\n')

    expect({ code, stdout }).toEqual({ code: 0, stdout: '你好！\n' })
    expect(readTextFile(requestLog)).toContain('"content":"第一行\\n第二行"')
  })

  test('hands the sampling and the load options to the engine', async () => {
    const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'log')
    const options =
      '--temperature 0 --top-k 3 --seed 7 --stop a --stop b --threads 2 --gpu-layers -1'

    await run([...chat, '-p', '你好', ...options.split(' ')], { requestLog })

    const log = readTextFile(requestLog)
    expect(log).toContain('"sampling":{"temperature":0,"topK":3,"seed":7,"stop":["a","b"]}')
    expect(log).toContain('"threads":2,"gpuLayers":-1')
  })

  test('prints JSON with the statistics', async () => {
    const { stdout } = await run([...chat, '-p', '你好', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ text: '你好！', statistics: { seed: 42 } })
  })

  test('tells the speed on stderr', async () => {
    const { stdout, stderr } = await run([...chat, '-p', '你好', '--stats'])
    expect(stdout).toBe('你好！\n')
    expect(stderr).toContain('prompt 5 tokens, 100.0/s')
  })

  test('ends with 130 when it is interrupted, with what is written', async () => {
    const { terminal, exitCode, interrupt } = start([...chat, '-p', '你好'], {
      replyTimes: 1000,
      pieceDelayMs: 10,
    })
    await terminal.untilShown('你好！')
    interrupt()

    expect(await exitCode).toBe(130)
    expect(terminal.stdoutText).toMatch(/^你好！.*\n$/)
  })

  test('ends with 130 when it is interrupted while it waits for stdin', async () => {
    const { exitCode, interrupt } = start(chat)
    interrupt()
    expect(await exitCode).toBe(130)
  })
})

describe('failures', () => {
  test.each([
    ['a number that is none', ['chat', '--temperature', 'hot'], 2, 'must be a number'],
    ['a number out of range', ['chat', '--top-p', '1.5'], 2, '<=1'],
    ['half a token', ['chat', '--max-length', '1.5'], 2, 'int'],
    ['an unknown option', ['chat', '--warmth', '1'], 2, 'unknown option'],
    ['an unknown command', ['talk'], 2, 'unknown command'],
    ['an unknown type', ['convert', 'a', 'b', '--type', 'q2'], 2, 'Allowed choices'],
    ['an empty prompt', ['chat', '-p', ' '], 2, 'The prompt is empty'],
    ['a model that is not there', ['chat', '--model', '/nowhere', '-p', 'a'], 3, '/nowhere'],
    ['a destination that exists', ['convert', folder, model], 2, '--force'],
  ])('explains %s in a sentence', async (_, args, code, words) => {
    const result = await run(args)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(words)
    expect(result.stderr).not.toMatch(/^ {4}at /m)
  })

  test.each([
    [19, 3],
    [31, 4],
    [40, 3],
    [1, 130],
    [-32602, 2],
  ])('turns the engine error %i into exit code %i', async (code, exitCode) => {
    const errors = { 'chat.generate': { code, message: 'A sentence.' } }
    expect(await run([...chat, '-p', 'a'], { errors })).toEqual({
      code: exitCode,
      stdout: '',
      stderr: 'A sentence.\n',
    })
  })

  test('shows the log of an engine that crashed', async () => {
    const { code, stderr } = await run([...chat, '-p', 'a'], {
      logLines: ['assertion failed'],
      during: { afterPieces: 1, moment: 'SIGABRT' },
    })
    expect(code).toBe(4)
    expect(stderr).toContain('engine: assertion failed\n')
    expect(stderr).toContain('The engine crashed (SIGABRT).')
  })

  test('says how to get an engine when there is none', async () => {
    const { terminal, exitCode } = start(['devices'], {}, { engine: '/nowhere/engine' })
    expect(await exitCode).toBe(4)
    expect(terminal.stderrText).toContain('/nowhere/engine')
  })
})

describe('a conversation', () => {
  const startChat = (script: FakeEngineScript) => start(chat, script, { isInteractive: true })

  test('remembers what was said until it is cleared', async () => {
    const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'log')
    const { terminal, exitCode } = startChat({ requestLog })

    await terminal.untilShown('用户：')
    terminal.stdin.write('一\r')
    await terminal.untilShown('你好！\n')
    terminal.stdin.write('二\r')
    await terminal.untilShown('你好！\n', 2)
    terminal.stdin.write('clear\r三\rstop\r')

    expect(await exitCode).toBe(0)
    expect(terminal.stdoutText).toBe('你好！\n你好！\n你好！\n')
    const asked = readTextFile(requestLog)
      .split('\n')
      .filter((line) => line.startsWith('chat.generate'))
      .map((line) => [...line.matchAll(/"content":"(.*?)"/g)].map((match) => match[1]))
    expect(asked).toEqual([['一'], ['一', '你好！', '二'], ['三']])
  })

  test('ends only the reply at Ctrl-C, and the program at the prompt', async () => {
    const { terminal, exitCode } = startChat({ replyTimes: 1000, pieceDelayMs: 10 })
    await terminal.untilShown('用户：')
    terminal.stdin.write('你好\r')
    await terminal.untilShown('你好！')
    terminal.stdin.write('\x03')
    await terminal.untilShown('用户：', 2)
    terminal.stdin.write('\x03')

    expect(await exitCode).toBe(0)
  })

  test('says what to do when it has become longer than the context, and goes on', async () => {
    const errors = { 'chat.generate': { code: 40, message: 'Too long.' } }
    const { terminal, exitCode } = startChat({ errors })
    await terminal.untilShown('用户：')
    terminal.stdin.write('你好\r')
    await terminal.untilShown('Type "clear" to start a new one')
    terminal.stdin.write('stop\r')

    expect(await exitCode).toBe(0)
  })

  test('ends when the engine crashes', async () => {
    const { terminal, exitCode } = startChat({ during: { afterPieces: 1, moment: 'SIGSEGV' } })
    await terminal.untilShown('用户：')
    terminal.stdin.write('你好\r')

    expect(await exitCode).toBe(4)
    expect(terminal.stderrText).toContain('The engine crashed (SIGSEGV).')
  })
})

describe('other commands', () => {
  test('tokenize prints ids, and text for ids', async () => {
    const results = { 'text.tokenize': { ids: [64790, 64792, 36474] } }
    const ids = await run(['tokenize', '--model', model, '--with-prefix'], { results }, '你')
    expect(ids).toEqual({ code: 0, stdout: '64790 64792 36474\n', stderr: '' })

    const decoded = { 'text.detokenize': { text: '你' } }
    const text = await run(
      ['tokenize', '--model', model, '--decode'],
      { results: decoded },
      '36474',
    )
    expect(text).toMatchObject({ code: 0, stdout: '你\n' })
  })

  test('convert writes the file and ends with 130 when it is interrupted', async () => {
    const destination = join(folder, 'converted.gguf')
    const done = await run(['convert', folder, destination, '--json'])
    expect(JSON.parse(done.stdout)).toEqual({ destination, sizeBytes: 40, weightType: 'q4_0' })
    expect(readTextFile(destination)).toBe('GGUF converted')

    const { exitCode, interrupt } = start(['convert', folder, join(folder, 'b.gguf')], {
      pieceDelayMs: 1000,
    })
    setTimeout(interrupt, 1500)
    expect(await exitCode).toBe(130)
  })

  test('inspect, devices and bench print JSON', async () => {
    const inspected = await run(['inspect', model, '--json'])
    expect(JSON.parse(inspected.stdout)).toMatchObject({ family: 'chatglm2' })
    const devices = await run(['devices', '--json'])
    expect(JSON.parse(devices.stdout)).toEqual([])
    const bench = await run(['bench', '--model', model, '--json'])
    expect(JSON.parse(bench.stdout)).toMatchObject({ tokensPerSecond: 10, runs: [{}, {}, {}] })
  })

  test('the help names the exit codes', async () => {
    const { code, stdout } = await run(['chat', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('130  interrupted')
  })
})
