import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appParamsSchemas } from '../../../src-main/core/app/app-params.ts'
import type { HostServices } from '../../../src-main/core/app/app-server.ts'
import { isRequest } from '../../../src-main/core/app/parse-params.ts'
import { startTestApp } from '../../fakes/test-app.ts'
import { brokenValuesOf, garbage, valuesOf } from './values-of-schema.ts'

/** What these do takes as long as the hardware or reaches beyond it: they get no sound values. */
const kept = new Set(['device.probe', 'device.install_cuda', 'benchmark.run', 'engine.restart'])
const requests = Object.keys(appParamsSchemas).filter(isRequest)
const brokenOfEach = 1000
/** Nearly all of them are taken by a request without parameters, which then does its work. */
const brokenOfEmpty = 100
const soundOfEach = 40

/** What a host offers, done by nobody. */
const host: HostServices = {
  'host.open_link': async () => null,
  'host.reveal_data': async () => null,
  'host.take_opened_chats': async () => null,
  'host.reveal_model': async () => null,
  'host.pick_model': async () => ({ path: null }),
  'host.pick_folder': async () => ({ path: null }),
  'host.pick_prompts': async () => ({ path: null }),
  'host.reveal_answers': async () => null,
}

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

test('every request answers random parameters with a value or a failure of a known kind', async () => {
  const { app, ask, dataFolder } = await startTestApp()
  const codes = new Map<string, number>()
  const unforeseen = new Set<string>()
  let values = 0
  const answers = async (request: string, params: unknown) => {
    values++
    const answer = await app.handle(request, insideOf(dataFolder, params), host)
    const code = answer.ok ? 'ok' : answer.error.code
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (answer.ok) return
    expect(code).toMatch(/^[a-z_]+\.[a-z_0-9]+$/)
    if (code === 'app.bug') unforeseen.add(`${request}: ${answer.error.message}`)
    expect(answer.error.message.length).toBeGreaterThan(10)
    expect(answer.error.message.length).toBeLessThan(3000)
  }
  const history = '[["Keep me", "Kept"]]'
  await ask('transfer.import', { fileName: 'kept.json', text: history })
  const before = await ask('transfer.export', { chatIds: null, format: 'history' })
  const [keptChat] = (await ask('chat.list', { view: 'current', limit: 2 })).chats
  if (!keptChat) throw new Error('The chat to keep is not there.')
  try {
    for (const request of requests) {
      const schema = appParamsSchemas[request]
      const check = (params: unknown) => answers(request, params)
      const broken = kept.has(request)
        ? garbage.filter((value) => !isObject(value))
        : fc.oneof({ arbitrary: brokenValuesOf(schema), weight: 4 }, garbage)
      await fc.assert(fc.asyncProperty(broken, check), {
        ...{ numRuns: (await schema.safeParseAsync({})).success ? brokenOfEmpty : brokenOfEach },
        seed: 20231,
      })
      if (kept.has(request)) continue
      await fc.assert(fc.asyncProperty(valuesOf(schema), check), {
        ...{ numRuns: soundOfEach, seed: 20232 },
      })
    }
    const after = await ask('transfer.export', { chatIds: [keptChat.id], format: 'history' })
    expect(after.text).toBe(before.text)
  } finally {
    await app.close()
  }
  expect([...unforeseen]).toEqual([])
  const refused = codes.get('app.invalid_params') ?? 0
  expect(refused).toBeGreaterThan(values / 3)
  process.stdout.write(
    `${values} values for ${requests.length} requests: ${codes.get('ok') ?? 0} accepted, ` +
      `${refused} refused by their form, ${codes.size - 2} other kinds of failure\n`,
  )
}, 600_000)

test('a list with many faults is refused in few words', async () => {
  const { app } = await startTestApp()
  try {
    const chatIds = Array.from({ length: 90_000 }, () => 1)
    const answer = await app.handle('chat.trash', { chatIds }, {})
    expect(answer).toMatchObject({ ok: false, error: { code: 'app.invalid_params' } })
    expect(JSON.stringify(answer).length).toBeLessThan(3000)
    expect(JSON.stringify(answer)).toContain('90000 in all')
  } finally {
    await app.close()
  }
})

test('a request of any name is refused unless it is one', async () => {
  const { app } = await startTestApp()
  try {
    const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'))
    await fc.assert(
      fc.asyncProperty(names, garbage, async (name, params) => {
        fc.pre(!isRequest(name))
        const answer = await app.handle(name, params, {})
        expect(answer).toMatchObject({ ok: false, error: { code: 'app.unknown_request' } })
      }),
      { numRuns: 1000 },
    )
  } finally {
    await app.close()
  }
})
