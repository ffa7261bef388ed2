import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { appParamsSchemas } from '../../../src-main/core/app/app-params.ts'
import type { HostServices } from '../../../src-main/core/app/app-server.ts'
import { isRequest } from '../../../src-main/core/app/parse-params.ts'
import { longestFrameBytes } from '../../../src-main/http/app-socket.ts'
import { startWebServer } from '../../../src-main/http/web-server.ts'
import type { AppRequest } from '../../../src-main/shared/app-api.ts'
import { newFolder } from '../../fakes/new-folder.ts'
import { startTestApp } from '../../fakes/test-app.ts'
import { connectTab } from '../http/test-web-server.ts'
import { openBridge } from './open-bridge.ts'
import { brokenValuesOf, garbage, objects, valuesOf } from './values-of-schema.ts'

/** What these do takes as long as the hardware or reaches beyond it: they get no sound values. */
const kept = new Set(['device.probe', 'device.install_cuda', 'benchmark.run', 'engine.restart'])
const requests = Object.keys(appParamsSchemas).filter(isRequest)
const brokenOfEach = 1000
const uncommonOfEach = 100
/** A document is read in a thread that starts for it. */
const soundOf = (request: AppRequest): number => (request === 'document.read' ? 5 : 40)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** No path leads out of the test. */
function insideOf(folder: string, params: unknown): unknown {
  if (!isObject(params)) return params
  const inside = (value: unknown) =>
    typeof value === 'string'
      ? join(folder, Buffer.from(value).toString('hex').slice(0, 20))
      : value
  return {
    ...params,
    ...('path' in params && { path: inside(params['path']) }),
    ...('folder' in params && { folder: inside(params['folder']) }),
  }
}

/** As the frame of a browser carries it; what JSON does not know becomes null. */
function asJson(value: unknown): unknown {
  try {
    return (JSON.parse(JSON.stringify({ value })) as { value?: unknown }).value ?? null
  } catch {
    return null
  }
}

const isRefused = (request: AppRequest, params: unknown): boolean =>
  !appParamsSchemas[request].safeParse(params).success

/** The web host with the whole app, a chat in it, and a tab that asks. */
async function startBridge() {
  const testApp = await startTestApp()
  const web = await startWebServer({ server: testApp.app, rendererFolder: newFolder() })
  const bridge = openBridge(await connectTab(web))
  onTestFinished(async () => {
    await web.close()
    await testApp.app.close()
  })
  const file = { fileName: 'kept.json', text: '[["Keep me", "Kept"]]' }
  await testApp.ask('transfer.import', file)
  /** All that the app keeps. */
  const everything = async () => {
    const { text } = await testApp.ask('transfer.export', { chatIds: null, format: 'json' })
    const { settings } = await testApp.ask('app.read', {})
    const lists = await Promise.all([
      testApp.ask('chat.list', { view: 'trash', limit: 100 }),
      testApp.ask('model.list', {}),
      testApp.ask('download.list', {}),
    ])
    return [text.replace(/"exportedAt": ".*"/, ''), settings, ...lists]
  }
  return { ...testApp, ...bridge, web, everything }
}

test('every request over the bridge refuses a thousand values of another form, and nothing changes', async () => {
  const { askAll, everything } = await startBridge()
  const before = await everything()
  let values = 0
  for (const request of requests) {
    const broken = fc
      .oneof({ arbitrary: brokenValuesOf(appParamsSchemas[request]), weight: 4 }, garbage)
      .map(asJson)
      .filter((params) => isRefused(request, params))
    const questions = fc
      .sample(broken, { numRuns: brokenOfEach, seed: 20231 })
      .map((params) => ({ request, params }))
    for (const [question, answer] of await askAll(questions)) {
      values++
      // What only a window can do is not even looked at.
      const code = request.startsWith('host.') ? 'host.not_available' : 'app.invalid_params'
      if (answer.ok || answer.error.code !== code) expect([question, answer]).toBe(code)
    }
  }
  expect(values).toBe(requests.length * brokenOfEach)
  expect(await everything()).toEqual(before)
  process.stdout.write(`${values} values refused for ${requests.length} requests over the bridge\n`)
}, 600_000)

test('every request over the bridge answers values of its form with a value or a known failure', async () => {
  const { askAll, ask, dataFolder } = await startBridge()
  const [keptChat] = (await ask('chat.list', { view: 'current', limit: 2 })).chats
  if (!keptChat) throw new Error('The chat to keep is not there.')
  const read = () => ask('transfer.export', { chatIds: [keptChat.id], format: 'history' })
  const before = await read()
  const codes = new Map<string, number>()
  for (const request of requests.filter((name) => !kept.has(name))) {
    const schema = appParamsSchemas[request]
    const sound = fc
      .oneof({ arbitrary: valuesOf(schema), weight: 3 }, brokenValuesOf(schema), objects)
      .map((params) => insideOf(dataFolder, asJson(params)))
      .filter((params) => !isRefused(request, params))
    const questions = fc
      .sample(sound, { numRuns: soundOf(request), seed: 20232 })
      .map((params) => ({ request, params }))
    for (const [question, answer] of await askAll(questions)) {
      const code = answer.ok ? 'ok' : answer.error.code
      codes.set(code, (codes.get(code) ?? 0) + 1)
      if (code === 'app.bug' || code === 'app.invalid_params')
        expect([question, answer]).toBe('a value or a known failure')
    }
  }
  expect((await read()).text).toBe(before.text)
  expect(codes.get('ok')).toBeGreaterThan(500)
  process.stdout.write(`answers over the bridge: ${JSON.stringify(Object.fromEntries(codes))}\n`)
}, 600_000)

test('names that are none, over the bridge, are unknown requests', async () => {
  const { askAll } = await startBridge()
  const names = fc.oneof(
    fc.string({ maxLength: 100 }),
    fc.constantFrom('__proto__', 'constructor', 'toString', '', 'chat', 'chat.', 'Chat.send'),
  )
  const pairs = fc.tuple(names, garbage.map(asJson)).filter(([name]) => !isRequest(name))
  const questions = fc
    .sample(pairs, { numRuns: brokenOfEach, seed: 20233 })
    .map(([request, params]) => ({ request, params }))
  for (const [, answer] of await askAll(questions))
    expect(answer).toMatchObject({ ok: false, error: { code: 'app.unknown_request' } })
}, 300_000)

test('a wrong frame ends its own tab, and changes nothing', async () => {
  const { web, askAll, everything } = await startBridge()
  const before = await everything()
  const ask = (question: object) =>
    JSON.stringify({ id: 1, request: 'app.read', params: {}, ...question })
  const wrong: (string | Buffer)[] = [
    ...['', 'null', '[]', '"text"', '{"id":1', ask({ id: '1' }), ask({ id: -1 }), ask({ id: 0.5 })],
    ...[ask({ id: null }), ask({ more: 1 }), ask({ request: null }), ask({ request: {} })],
    ...[ask({ request: 'x'.repeat(101) }), Buffer.from(ask({})), Buffer.alloc(70_000, 255)],
    'x'.repeat(longestFrameBytes + 1),
  ]
  for (const frame of wrong) {
    const socket = await connectTab(web)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send(frame)
    expect([1008, 1009]).toContain(await closed)
  }
  const answers = await askAll([{ request: 'chat.list', params: { view: 'current', limit: 5 } }])
  expect(answers).toMatchObject([[{}, { ok: true }]])
  expect(await everything()).toEqual(before)
})

/** What a host offers, done by nobody. */
const host: HostServices = {
  'host.open_link': async () => null,
  'host.reveal_data': async () => null,
  'host.take_opened_chats': async () => null,
  'host.reveal_model': async () => null,
  'host.pick_model': async () => ({ path: null }),
  'host.pick_folder': async () => ({ path: null }),
  'host.pick_file': async () => ({ path: null }),
  'host.reveal_answers': async () => null,
  'host.reveal_results': async () => null,
  'host.open_report': async () => null,
}

test('every request of a window refuses values that no JSON can carry', async () => {
  const { app } = await startTestApp()
  onTestFinished(() => app.close())
  for (const request of requests) {
    const broken = fc
      .oneof(brokenValuesOf(appParamsSchemas[request]), garbage)
      .filter((params) => isRefused(request, params))
    for (const params of fc.sample(broken, { numRuns: uncommonOfEach, seed: 20234 }))
      expect(await app.handle(request, params, host)).toMatchObject({
        ...{ ok: false, error: { code: 'app.invalid_params' } },
      })
  }
}, 300_000)

test('a list with many faults is refused in few words', async () => {
  const { app } = await startTestApp()
  onTestFinished(() => app.close())
  const chatIds = Array.from({ length: 90_000 }, () => 1)
  const answer = await app.handle('chat.trash', { chatIds }, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'app.invalid_params' } })
  expect(JSON.stringify(answer).length).toBeLessThan(3000)
  expect(JSON.stringify(answer)).toContain('90000 in all')
})
