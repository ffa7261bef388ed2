import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { BackendState } from '../../src-main/shared/devices.ts'
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp, type TestApp } from '../fakes/test-app.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

const serverFile = join(dirname(engineFile), 'rpc-server')
const canRun = hasRealEngine && process.platform !== 'win32' && existsSync(serverFile)
if (!canRun) process.stderr.write(`Tests with other computers are skipped: no ${serverFile}\n`)

type RpcState = () => Promise<BackendState | undefined>

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  listener.close()
  return typeof address === 'object' && address ? address.port : 0
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isOpen
}

/** Another computer, on this one. */
async function startServer(): Promise<{ address: string; process: ChildProcess }> {
  const port = await freePort()
  const child = spawn(serverFile, ['-d', 'CPU', '-t', '1', '-p', String(port)], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  while (!(await answers(port))) await delay(20)
  return { address: `127.0.0.1:${port}`, process: child }
}

/** The app with both of these computers, and the demo model on them. */
async function startWith(servers: string[]): Promise<{ fixture: TestApp; rpcState: RpcState }> {
  const fixture = await startTestApp({}, newDataFolder(), engineFile)
  onTestFinished(() => fixture.app.close())
  await fixture.ask('settings.write', {
    changes: { backend: 'rpc', rpcServers: servers, threads: 1 },
  })
  await fixture.ask('device.probe', {})
  const rpcState = async () =>
    (await fixture.ask('device.read', {})).backends.find(({ backend }) => backend === 'rpc')?.state
  expect(await rpcState()).toMatchObject({ type: 'usable', devices: [{}, {}] })
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  return { fixture, rpcState }
}

/** Ends the engine as a crash does, until the devices are told to be given up. */
async function crash({ ask }: TestApp): Promise<void> {
  while ((await ask('device.read', {})).chosen !== 'cpu') {
    // One that is being started anew for other devices ends of itself: that is no crash.
    const { engine } = await ask('app.read', {})
    if (engine.type === 'ready') endAbruptly(engine.processId)
    await delay(500)
  }
}

function endAbruptly(processId: number): void {
  try {
    process.kill(processId, 'SIGSEGV')
  } catch {
    return // it has just ended
  }
}

/** As `crash`, and waits until the other computers are used again. */
async function crashAndTakeUp(fixture: TestApp): Promise<void> {
  const { engine } = await fixture.ask('app.read', {})
  if (engine.type !== 'ready') throw new Error(`The engine is ${engine.type}.`)
  fixture.events.length = 0
  endAbruptly(engine.processId)
  await fixture.waitFor('devices.changed', ({ report }) => report.chosen === 'cpu')
  fixture.events.length = 0 // loading told of the devices, too
  await fixture.waitFor('devices.changed', ({ report }) => report.chosen === 'rpc')
}

/** Stands before a server; once it is told to, it drops who sends more than a greeting. */
async function startFlaky(port: number): Promise<{ address: string; fail: () => void }> {
  let isFailing = false
  const proxy = createServer((socket) => {
    const server = connect(port, '127.0.0.1')
    let sentBytes = 0
    socket.on('data', (bytes) => {
      sentBytes += bytes.length
      if (isFailing && sentBytes > 4096) return void socket.destroy()
      server.write(bytes)
    })
    server.on('data', (bytes) => socket.write(bytes))
    for (const [one, other] of [
      [socket, server],
      [server, socket],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => other.destroy())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void proxy.close())
  await once(proxy, 'listening')
  const address = proxy.address()
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.')
  return { address: `127.0.0.1:${address.port}`, fail: () => (isFailing = true) }
}

test.skipIf(!canRun)(
  'keeps all computers after a crash that none of them explains, but not after a second one',
  { timeout: 240_000 },
  async () => {
    const servers = [(await startServer()).address, (await startServer()).address]
    const { fixture, rpcState } = await startWith(servers)

    await crashAndTakeUp(fixture)
    const state = await rpcState()
    expect(state).toMatchObject({ type: 'usable', devices: [{}, {}] })
    expect(state).not.toHaveProperty('off')

    await crash(fixture)
    expect(await rpcState()).toMatchObject({ type: 'failed_test' })
  },
)

test.skipIf(!canRun)(
  'finds the computer that answers and yet breaks the test, and goes on with the other',
  { timeout: 240_000 },
  async () => {
    const good = await startServer()
    const flaky = await startFlaky(Number((await startServer()).address.split(':')[1]))
    const { fixture, rpcState } = await startWith([flaky.address, good.address])

    flaky.fail()
    await crashAndTakeUp(fixture)

    expect(await rpcState()).toMatchObject({
      type: 'usable',
      devices: [{ description: good.address }],
      off: [{ address: flaky.address }],
    })
  },
)

test.skipIf(!canRun)(
  'goes on with the other computers when one goes away, and says which',
  { timeout: 240_000 },
  async () => {
    const [leaving, staying] = [await startServer(), await startServer()]
    const fixture = await startTestApp({}, newDataFolder(), engineFile)
    onTestFinished(() => fixture.app.close())
    const servers = [leaving.address, staying.address]
    await fixture.ask('settings.write', {
      changes: { backend: 'rpc', rpcServers: servers, threads: 1 },
    })
    await fixture.ask('device.probe', {})
    const rpcState = async (): Promise<BackendState | undefined> =>
      (await fixture.ask('device.read', {})).backends.find(({ backend }) => backend === 'rpc')
        ?.state
    const both = await rpcState()
    expect(both).toMatchObject({ type: 'usable' })
    expect(both?.type === 'usable' && both.devices).toHaveLength(2)
    await fixture.ask('model.load', { modelId: modelId('demo') })
    await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')

    leaving.process.kill('SIGKILL')
    await once(leaving.process, 'exit')
    fixture.events.length = 0
    const chatId = newChatId()
    await fixture.ask('chat.create', { chatId })
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.send', { chatId, ...ids, text: '你好' })
    await fixture.waitFor('devices.changed', ({ report }) =>
      report.backends.some(({ state }) => state.type === 'usable' && state.off !== undefined),
    )

    expect(await rpcState()).toMatchObject({
      type: 'usable',
      devices: [{ description: staying.address }],
      off: [{ address: leaving.address }],
    })
    expect((await fixture.ask('device.read', {})).chosen).toBe('rpc')
  },
)
