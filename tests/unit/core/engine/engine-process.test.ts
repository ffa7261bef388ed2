import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { RestartPolicy } from '../../../../src-main/core/engine/crash-window.ts'
import { EngineProcess } from '../../../../src-main/core/engine/engine-process.ts'
import type { EngineState } from '../../../../src-main/shared/engine-state.ts'
import type { WatchPolicy } from '../../../../src-main/core/engine/engine-watch.ts'
import { fakeEngine, type FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { isAlive, readTextFile, until } from '../../../fakes/wait.ts'

const quick: RestartPolicy = {
  maxCrashes: 5,
  windowMs: 180_000,
  initialDelayMs: 10,
  maxDelayMs: 100,
}
const once: RestartPolicy = { ...quick, maxCrashes: 1 }

const started: EngineProcess[] = []
afterEach(() => Promise.all(started.splice(0).map((engine) => engine.stop())))

function createEngine(script: FakeEngineScript, restart = once, watch?: WatchPolicy) {
  const options = { restart, shutdownGraceMs: 500, ...(watch ? { watch } : {}) }
  const engine = new EngineProcess({ program: fakeEngine(script), ...options })
  const states: EngineState[] = []
  engine.onStateChange((state) => states.push(state))
  started.push(engine)
  return { engine, states }
}

const temporaryFile = (name: string) => join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), name)

test('starts the engine once, whoever asks, and tells its state', async () => {
  const { engine, states } = createEngine({})

  const [first, second] = await Promise.all([engine.start(), engine.start()])

  expect(first).toBe(second)
  expect(states).toMatchObject([
    { type: 'starting' },
    { type: 'ready', engineVersion: 'fake', llamaVersion: 'fake' },
  ])
})

test('stops the engine and leaves no process', async () => {
  const { engine, states } = createEngine({})
  await engine.start()
  const ready = states.at(-1)

  await engine.stop()

  expect(engine.state).toEqual({ type: 'stopped' })
  expect(ready?.type === 'ready' && isAlive(ready.processId)).toBe(false)
  expect(() => engine.client()).toThrow(/not running/)
})

test('kills an engine that does not end when asked to', async () => {
  const { engine, states } = createEngine({ on: { 'engine.shutdown': 'hang' } })
  await engine.start()
  const ready = states.at(-1)

  await engine.stop()

  expect(engine.state).toEqual({ type: 'stopped' })
  expect(ready?.type === 'ready' && isAlive(ready.processId)).toBe(false)
})

test('stops while the engine is still starting', async () => {
  const { engine } = createEngine({ beforeHello: 'hang' })
  const start = engine.start()

  await Promise.all([
    expect(start).rejects.toMatchObject({ code: 'engine.stopped' }),
    engine.stop(),
  ])

  expect(engine.state).toEqual({ type: 'stopped' })
})

test('starts again after a stop', async () => {
  const { engine } = createEngine({})
  await engine.start()
  await engine.stop()

  await engine.start()

  expect(engine.state.type).toBe('ready')
})

test('keeps the last 200 lines of the log', async () => {
  const logLines = Array.from({ length: 250 }, (_, index) => `line ${index}`)
  const { engine } = createEngine({ logLines })
  await engine.start()

  await until(() => engine.lastLogLines().at(-1) === 'line 249')

  expect(engine.lastLogLines()).toHaveLength(200)
  expect(engine.lastLogLines()[0]).toBe('line 50')
})

describe('a start that fails', () => {
  const failedStart = async (script: FakeEngineScript, file?: string, helloTimeoutMs = 10_000) => {
    const program = { ...fakeEngine(script), ...(file === undefined ? {} : { file }) }
    const engine = new EngineProcess({ program: { ...program, helloTimeoutMs }, restart: once })
    started.push(engine)
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine.failed' })
    return engine.state
  }

  test('names a program that is missing', async () => {
    expect(await failedStart({}, '/nonexistent/engine')).toMatchObject({
      type: 'failed',
      cause: { type: 'program_missing', program: '/nonexistent/engine' },
    })
  })

  test('names a program that the system refuses', async () => {
    expect(await failedStart({}, import.meta.filename)).toMatchObject({
      type: 'failed',
      cause: { type: 'not_startable' },
    })
  })

  test.each([
    ['SIGSEGV', { type: 'crashed', signal: 'SIGSEGV' }],
    ['SIGABRT', { type: 'crashed', signal: 'SIGABRT' }],
    ['SIGKILL', { type: 'killed' }],
    ['exit', { type: 'exited', exitCode: 3 }],
  ] as const)('tells an end by %s before the hello', async (beforeHello, cause) => {
    const state = await failedStart({ beforeHello, logLines: ['the last words'] })
    expect(state).toEqual({ type: 'failed', cause, lastLines: ['the last words'] })
  })

  test('does not wait for ever for the hello', async () => {
    expect(await failedStart({ beforeHello: 'hang' }, undefined, 300)).toMatchObject({
      cause: { type: 'hello_timeout', timeoutMs: 300 },
    })
  })

  test('tells an engine that closes its connection and stays', async () => {
    expect(
      await failedStart({ beforeHello: 'close', during: { afterPieces: 0, moment: 'close' } }),
    ).toMatchObject({ cause: { type: 'connection_lost' } })
  })

  test('tells a frame that cannot be read', async () => {
    expect(await failedStart({ beforeHello: 'no_length' })).toMatchObject({
      cause: { type: 'bad_message' },
    })
  })

  test('refuses a wrong token, tells the engine so and does not try again', async () => {
    const answerFile = temporaryFile('answer')
    const { engine, states } = createEngine({ hello: { token: 'wrong' }, answerFile }, quick)

    await expect(engine.start()).rejects.toMatchObject({ code: 'engine.failed' })

    expect(states).toMatchObject([
      { type: 'starting' },
      { type: 'failed', cause: { type: 'wrong_token' } },
    ])
    expect(readTextFile(answerFile)).toBe('2')
  })

  test('refuses another protocol and tells the engine so', async () => {
    const answerFile = temporaryFile('answer')
    expect(await failedStart({ hello: { protocolVersion: 99 }, answerFile })).toMatchObject({
      cause: { type: 'wrong_protocol', protocolVersion: 99 },
    })
    expect(readTextFile(answerFile)).toBe('3')
  })
})

describe('restarts', () => {
  test('starts again after crashes, waiting longer each time', async () => {
    const crashFirst = { times: 3, countFile: temporaryFile('starts') }
    const { engine, states } = createEngine({ crashFirst }, quick)

    await engine.start()

    const waits = states.flatMap((state) =>
      state.type === 'restarting' ? [{ attempt: state.attempt, delayMs: state.delayMs }] : [],
    )
    expect(waits).toEqual([
      { attempt: 1, delayMs: 10 },
      { attempt: 2, delayMs: 20 },
      { attempt: 3, delayMs: 40 },
    ])
    expect(engine.state.type).toBe('ready')
  })

  test('gives up at the fifth crash, with the cause and the log', async () => {
    const { engine, states } = createEngine({ afterHello: 'SIGSEGV', logLines: ['boom'] }, quick)

    await engine.start().catch(() => undefined)
    await until(() => engine.state.type === 'failed')

    expect(states.filter(({ type }) => type === 'starting')).toHaveLength(5)
    expect(engine.state).toEqual({
      type: 'failed',
      cause: { type: 'crashed', signal: 'SIGSEGV' },
      lastLines: Array.from({ length: 5 }, () => 'boom'),
    })
  })

  test('can be started by hand after giving up', async () => {
    const crashFirst = { times: 1, countFile: temporaryFile('starts') }
    const { engine } = createEngine({ crashFirst }, once)
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine.failed' })

    await engine.start()

    expect(engine.state.type).toBe('ready')
  })

  test('stops while it waits for the next start', async () => {
    const { engine } = createEngine(
      { beforeHello: 'SIGSEGV' },
      { ...quick, initialDelayMs: 60_000, maxDelayMs: 60_000 },
    )
    const start = expect(engine.start()).rejects.toMatchObject({ code: 'engine.stopped' })
    await until(() => engine.state.type === 'restarting')

    await engine.stop()

    await start
    expect(engine.state).toEqual({ type: 'stopped' })
  })
})

describe('the watch over the engine', () => {
  const never = 1_000_000
  const silence = { pingMs: 20, silentPings: 25, stuckPings: never }
  const stuck = { pingMs: 5, silentPings: never, stuckPings: 25 }
  const end = async (script: FakeEngineScript, watch: WatchPolicy, freeze = false) => {
    const { engine, states } = createEngine(script, quick, watch)
    await engine.start()
    const [ready] = states.filter((state) => state.type === 'ready')
    if (freeze && ready?.type === 'ready') process.kill(ready.processId, 'SIGSTOP')
    await until(() => states.some((state) => state.type === 'restarting'))
    return states.find((state) => state.type === 'restarting')
  }

  test('ends and starts again an engine that answers nothing any more', async () => {
    expect(await end({ on: { 'engine.ping': 'hang' } }, silence)).toMatchObject({
      cause: { type: 'hung', isSilent: true },
    })
  })

  test('ends one that the system does not let run', async () => {
    expect(await end({}, silence, true)).toMatchObject({ cause: { type: 'hung', isSilent: true } })
  })

  test('ends one that answers but does not get on with a reply', async () => {
    const state = { steps: 7, isComputing: true }
    expect(await end({ results: { 'engine.ping': state } }, stuck)).toMatchObject({
      cause: { type: 'hung', isSilent: false },
    })
  })

  test.each([
    ['has nothing to do', { results: { 'engine.ping': { steps: 7, isComputing: false } } }],
    ['answers with errors', { errors: { 'engine.ping': { code: -32601, message: 'None.' } } }],
  ])('leaves an engine alone that %s', async (_, script) => {
    const { engine } = createEngine(script, quick, stuck)
    const client = await engine.start()

    await new Promise((resolve) => setTimeout(resolve, 60 * 5))

    expect(engine.client()).toBe(client)
  })
})
