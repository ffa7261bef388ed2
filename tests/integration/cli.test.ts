import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runProgram } from '../../src-main/cli/program.ts'
import { writeLoraFolder, writePrefixFolder } from '../fakes/adapter-folders.ts'
import { TestTerminal } from '../fakes/test-terminal.ts'
import { until } from '../fakes/wait.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = { CHATGLM_ENGINE: engineFile, CHATGLM_CACHE_DIR: join(folder, 'cache') }
const main = join(import.meta.dirname, '../../src-main/cli/main.ts')

const start = (args: string[], input = '') =>
  execa(process.execPath, ['--import', 'tsx', main, ...args], { env, input, reject: false })

async function run(args: string[], input = '') {
  const { exitCode, stdout, stderr } = await start(args, input)
  return { exitCode, stdout, stderr }
}

const replySchema = z.object({
  text: z.string(),
  finish: z.string(),
  statistics: z.object({ promptTokens: z.int(), reusedTokens: z.int(), generatedTokens: z.int() }),
})
const idsSchema = z.object({ ids: z.array(z.int()) })
const inspectedSchema = z.object({ format: z.string(), weightType: z.string(), family: z.string() })

const model = ['--model', modelPath]
const greedy = [...model, '--temperature', '0']

describe.skipIf(!hasRealEngine)('the program with the real engine', { timeout: 120_000 }, () => {
  test('answers the same to -p, to stdin and as JSON', async () => {
    const plain = await run(['chat', ...greedy, '-p', '你好'])
    expect(plain).toMatchObject({ exitCode: 0 })
    expect(plain.stdout).not.toBe('')

    const piped = await run(['chat', ...greedy], '你好\n')
    expect(piped.stdout).toBe(plain.stdout)

    const json = await run(['chat', ...greedy, '-p', '你好', '--json'])
    const reply = replySchema.parse(JSON.parse(json.stdout))
    expect(reply.text).toBe(plain.stdout)
    expect(reply.finish).toBe('stop')
  })

  test('gives the same reply for the same seed', async () => {
    const args = ['chat', ...model, '--seed', '7', '--temperature', '2', '-p', '你好']
    const limited = [...args, '--max-new-tokens', '20']
    expect((await run(limited)).stdout).toBe((await run(limited)).stdout)
  })

  test('keeps to the length that is asked for and says so', async () => {
    const { stdout, stderr } = await run([
      ...['chat', ...greedy, '-p', '你好'],
      ...['--max-new-tokens', '2', '--json'],
    ])
    const { finish, statistics } = replySchema.parse(JSON.parse(stdout))
    expect({ finish, tokens: statistics.generatedTokens }).toEqual({ finish: 'length', tokens: 2 })
    expect(stderr).toContain('--max-new-tokens')
  })

  test('talks on, taking what was said from the cache', async () => {
    const terminal = new TestTerminal({ isInteractive: true })
    const { signal } = new AbortController()
    const code = runProgram(['chat', ...greedy, '--stats'], { terminal, env, signal })
    await terminal.untilShown('用户：')
    terminal.stdin.write('你好\r')
    await terminal.untilShown('用户：', 2)
    terminal.stdin.write('你好\r')
    await terminal.untilShown('用户：', 3)
    terminal.stdin.write('stop\r')

    expect(await code).toBe(0)
    expect(terminal.stderrText).toMatch(/prompt \d+ tokens, [1-9]\d* from the cache/)
  })

  test.skipIf(process.platform === 'win32')('ends at Ctrl-C with what is written', async () => {
    const program = start(['chat', ...model, '--temperature', '100', '--top-k', '0', '-p', '你好'])
    let output = ''
    program.stdout.on('data', (text: Buffer) => (output += text.toString()))
    await until(() => output !== '', 60_000)
    program.kill('SIGINT')

    const { exitCode, stdout } = await program
    expect({ exitCode, isEmpty: stdout === '' }).toEqual({ exitCode: 130, isEmpty: false })
  })

  test('tokenizes there and back', async () => {
    const text = '你好，ChatGLM2！ 1 + 1 = 2 👋'
    const plain = await run(['tokenize', ...model], text)
    const ids = plain.stdout.split(' ').map(Number)
    expect((await run(['tokenize', ...model, '--decode'], plain.stdout)).stdout).toBe(text)

    const prefixed = await run(['tokenize', ...model, '--with-prefix', '--json'], text)
    expect(idsSchema.parse(JSON.parse(prefixed.stdout)).ids.slice(2)).toEqual(ids)
  })

  test('converts a checkpoint to a file that answers the same', async () => {
    const file = join(folder, 'model.gguf')
    expect(await run(['convert', modelPath, file])).toMatchObject({ exitCode: 0 })
    const { stdout } = await run(['inspect', file, '--json'])
    expect(inspectedSchema.parse(JSON.parse(stdout))).toMatchObject({
      format: 'gguf',
      family: 'chatglm2',
    })

    const args = ['--temperature', '0', '-p', '你好']
    const fromFile = await run(['chat', '--model', file, ...args])
    const fromFolder = await run(['chat', ...model, ...args])
    expect(fromFile.stdout).toBe(fromFolder.stdout)
  })

  test('tells about the devices and the checkpoint', async () => {
    const devices = await run(['devices', '--json'])
    expect(JSON.parse(devices.stdout)).toContainEqual(expect.objectContaining({ kind: 'cpu' }))
    const inspected = await run(['inspect', modelPath])
    expect(inspected).toMatchObject({ exitCode: 0 })
    expect(inspected.stdout).toContain('chatglm2')
  })

  test('measures speed and memory', async () => {
    const sizes = ['--prompt-tokens', '64', '--generate-tokens', '8', '--runs', '2']
    const { stdout } = await run(['bench', ...model, ...sizes, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      promptTokens: expect.closeTo(66, -1) as number,
      runs: [{ reusedTokens: expect.any(Number) as number }, {}],
      memory: { bytes: expect.any(Number) as number },
    })
  })

  test('writes with an adapter, and refuses one that does not fit', async () => {
    const adapter = (name: string) => ['--adapter', join(folder, name)]
    await writeLoraFolder(join(folder, 'lora'))
    await writeLoraFolder(join(folder, 'other'), 256)
    await writePrefixFolder(join(folder, 'prefix'))
    const limited = [...greedy, '--max-new-tokens', '16']
    const answer = async (...args: string[]) =>
      (await run(['chat', ...limited, '-p', 'Who are you?', ...args])).stdout
    const alone = await answer()
    const changed = await answer(...adapter('lora'))
    expect(new Set([alone, changed, await answer(...adapter('prefix'))]).size).toBe(3)
    expect(await answer(...adapter('lora'), '--adapter-scale', '0')).toBe(alone)

    const asked = join(folder, 'asked.jsonl')
    const answers = join(folder, 'answers.jsonl')
    writeFileSync(asked, JSON.stringify({ prompt: 'Who are you?' }))
    await run(['batch', asked, answers, ...limited, ...adapter('lora')])
    expect(JSON.parse(readFileSync(answers, 'utf8'))).toMatchObject({ answer: changed.trim() })

    const refused = await run(['chat', ...greedy, '-p', 'Who?', ...adapter('other')])
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' })
    expect(refused.stderr).toContain('trained for another network')
    expect(await run(['chat', '-p', 'Who?', '--adapter-scale', '2'])).toMatchObject({ exitCode: 2 })
  })

  test('explains a damaged model in a sentence', async () => {
    const cut = join(folder, 'cut.gguf')
    const whole = join(folder, 'whole.gguf')
    await run(['convert', modelPath, whole])
    writeFileSync(cut, readFileSync(whole).subarray(0, 10_000))

    const { exitCode, stdout, stderr } = await run(['chat', '--model', cut, '-p', '你好'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toMatch(/cut\.gguf .+\.$/m)
  })

  test('explains a prompt that is longer than the context', async () => {
    const args = ['chat', ...model, '--context-length', '64', '-p', '你好'.repeat(500)]
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain('context')
  })
})
