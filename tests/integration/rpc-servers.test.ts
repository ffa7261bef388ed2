import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { BackendState } from '../../src-main/shared/devices.ts'
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp } from '../fakes/test-app.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

const serverFile = join(dirname(engineFile), 'rpc-server')
const canRun = hasRealEngine && process.platform !== 'win32' && existsSync(serverFile)
if (!canRun) process.stderr.write(`Tests with other computers are skipped: no ${serverFile}\n`)

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
