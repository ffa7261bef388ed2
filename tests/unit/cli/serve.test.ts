import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { placesInCheckout } from '../../../src-main/cli/program-places.ts'
import { runProgram } from '../../../src-main/cli/program.ts'
import { fakeEngineFile, type FakeEngineScript } from '../../fakes/fake-engine-script.ts'
import { TestTerminal } from '../../fakes/test-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
const model = join(folder, 'ChatGLM2 6B.gguf')
writeFileSync(model, 'GGUF')

/** Starts the server, at a port that is free unless the arguments name one. */
async function serve(args: string[], script: FakeEngineScript = {}) {
  const terminal = new TestTerminal({ isInteractive: false })
  const interrupted = new AbortController()
  const env = { CHATGLM_ENGINE: fakeEngineFile(script), CHATGLM_CACHE_DIR: join(folder, 'cache') }
  const context = { terminal, env, signal: interrupted.signal }
  const exitCode = runProgram(['serve', '--model', model, '--port', '0', ...args], context)
  await Promise.race([terminal.untilShown('Ctrl-C ends the server.'), exitCode])
  const address = terminal.stdoutText.trim()
  const token = /^Token: (.*)$/m.exec(terminal.stderrText)?.[1]
  return { terminal, exitCode, interrupt: () => interrupted.abort(), address, token }
}

async function ask(address: string, content: string, token?: string) {
  const answer = await fetch(`${address}/chat/completions`, {
    method: 'POST',
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  })
  return { status: answer.status, body: await answer.text() }
}

test('prints an address for programs and lets in who has the token', async () => {
  const { address, token, exitCode, interrupt, terminal } = await serve([])
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/)
  expect((await ask(address, 'a')).status).toBe(401)
  expect((await ask(address, 'a', token)).body).toContain('你好！')
  const models = await fetch(`${address}/models`, { headers: { Authorization: `Bearer ${token}` } })
  expect(await models.text()).toContain('"chatglm2-6b"')
  interrupt()
  expect(await exitCode).toBe(130)
  expect(terminal.stderrText).toContain('POST /v1/chat/completions 200, 3 tokens')
  await expect(ask(address, 'a', token)).rejects.toThrow('fetch failed')
})

test('takes a token of one’s own, none, and the sampling where a request says nothing', async () => {
  const requestLog = join(folder, 'requests')
  const own = await serve(['--token', 'mine', '--top-p', '0.4'], { requestLog })
  expect((await ask(own.address, 'a', 'mine')).status).toBe(200)
  own.interrupt()
  await own.exitCode
  expect(readFileSync(requestLog, 'utf8')).toContain('"sampling":{"topP":0.4}')
  const open = await serve(['--no-token'])
  expect((await ask(open.address, 'a')).status).toBe(200)
  open.interrupt()
  await open.exitCode
})

test('loads the model again after a crash, and answers the next request by itself', async () => {
  const crashed = join(folder, 'crashed')
  const server = await serve(['--no-token'], { crashOnceAt: { content: 'crash', file: crashed } })
  expect((await ask(server.address, 'crash')).status).toBe(503)
  const next = await ask(server.address, 'and now?') // waits for the new engine
  expect(next).toMatchObject({ status: 200, body: expect.stringContaining('你好！') as string })
  server.interrupt()
  expect(await server.exitCode).toBe(130)
})

test('ends with the log when the engine crashes again and again', async () => {
  const script: FakeEngineScript = { logLines: ['out of luck'], on: { 'chat.generate': 'SIGSEGV' } }
  const { exitCode, terminal, address } = await serve(['--no-token'], script)
  let code: number | undefined
  void exitCode.then((ended) => (code = ended))
  const statuses: number[] = []
  while (code === undefined) {
    const answer = await ask(address, 'a').catch(() => null)
    if (answer !== null) statuses.push(answer.status)
  }
  expect(code).toBe(4)
  expect(new Set(statuses)).toEqual(new Set([503]))
  expect(terminal.stderrText).toContain('engine: out of luck')
})

test('says plainly what is wrong with a port or an address', async () => {
  const first = await serve([])
  const taken = await serve(['--port', new URL(first.address).port])
  expect(await taken.exitCode).toBe(2)
  expect(taken.terminal.stderrText).toContain('Another program already uses port')
  const open = await serve(['--host', '0.0.0.0', '--no-token'])
  expect(await open.exitCode).toBe(2)
  expect(open.terminal.stderrText).toContain('Without a token')
  first.interrupt()
  await first.exitCode
})

test('serves the app itself to a browser that brings the token, and says when the port is taken', async () => {
  const rendererFolder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  writeFileSync(join(rendererFolder, 'index.html'), '<title>the page</title>')
  const env = {
    CHATGLM_ENGINE: fakeEngineFile({}),
    ...{ CHATGLM_CACHE_DIR: join(folder, 'cache'), CHATGLM_DATA_DIR: join(folder, 'data') },
  }
  const terminal = new TestTerminal({ isInteractive: false })
  const interrupted = new AbortController()
  const places = { ...placesInCheckout(env), rendererFolder }
  const context = { terminal, env, signal: interrupted.signal, places }
  const exitCode = runProgram(['serve', '--web'], context)
  await Promise.race([terminal.untilShown('Ctrl-C ends the app.'), exitCode])
  const [address = ''] = /http:\S+/.exec(terminal.stdoutText) ?? []
  const { origin, port } = new URL(address)

  expect((await fetch(origin)).status).toBe(401)
  const cookie = (await fetch(address)).headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(await (await fetch(origin, { headers: { cookie } })).text()).toContain('the page')

  const other = { ...env, CHATGLM_DATA_DIR: join(folder, 'other') }
  const second = new TestTerminal({ isInteractive: false })
  const late = { ...context, terminal: second, env: other }
  expect(await runProgram(['serve', '--web', '--port', port], late)).toBe(2)
  expect(second.stderrText).toContain(`Another program already uses port ${port}`)
  interrupted.abort()
  expect(await exitCode).toBe(130)
})
