import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appParamsSchemas } from '../../../src-main/core/app/app-params.ts'
import { isRequest } from '../../../src-main/core/app/parse-params.ts'
import { startTestApp } from '../../fakes/test-app.ts'

/** What these do reaches beyond the app's own folders, or takes as long as the hardware. */
const kept = new Set(['device.probe', 'device.install_cuda', 'benchmark.run', 'engine.restart'])
const requests = Object.keys(appParamsSchemas).filter((request) => !kept.has(request))
const valuesOfEach = 40

const id = fc.constantFrom('a', 'b', 'c', '', '../..', 'x'.repeat(65), '__proto__', '问')
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('你好'))
const anything = fc.jsonValue({ maxDepth: 3 })

/** Every parameter of some request, mostly of its own kind. No path leads out of the test. */
const fields = fc.record(
  {
    ...{ chatId: id, messageId: id, questionId: id, replyId: id, modelId: id, downloadId: id },
    chatIds: fc.oneof(fc.array(id, { maxLength: 3 }), fc.constant(null)),
    text,
    ...{
      title: text,
      fileName: text,
      limit: fc.integer(),
      last: fc.integer(),
      before: fc.integer(),
    },
    ...{ isPinned: fc.boolean(), isArchived: fc.boolean(), tags: fc.array(text, { maxLength: 3 }) },
    view: fc.constantFrom('current', 'archived', 'trash', 'other'),
    format: fc.constantFrom('json', 'markdown', 'history', 'x'),
    settings: fc.dictionary(fc.constantFrom('preamble', 'sampling', 'contextFull'), anything),
    changes: fc.dictionary(fc.constantFrom('theme', 'textSize', 'preamble', 'sampling'), anything),
    ...{ token: fc.option(text), licenceId: text, contextFull: fc.constant('forget_oldest') },
    subject: fc.record({ type: fc.constantFrom('installed', 'catalogue'), modelId: id }),
    placement: fc.record({ contextLength: fc.integer(), gpuLayers: fc.integer() }),
  },
  { requiredKeys: [] },
)
const someFieldWrong = fc
  .tuple(fields, fc.string(), anything)
  .map(([valid, key, value]) => ({ ...valid, [key]: value }))

/** A folder or a file named by a parameter would be touched: those are left out. */
const withoutPaths = (params: unknown): unknown => {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params
  return { ...params, path: '', folder: '' }
}

test('every request answers random parameters with a value or a failure of a known kind', async () => {
  const { app } = await startTestApp()
  let values = 0
  const codes = new Set<string>()
  const unforeseen = new Set<string>()
  try {
    for (const request of requests) {
      await fc.assert(
        fc.asyncProperty(fc.oneof(anything, fields, fields, someFieldWrong), async (params) => {
          values++
          const answer = await app.handle(request, withoutPaths(params), {})
          if (answer.ok) return
          codes.add(answer.error.code)
          expect(answer.error.code).toMatch(/^[a-z_]+\.[a-z_0-9]+$/)
          if (answer.error.code === 'app.bug') unforeseen.add(`${request}: ${answer.error.message}`)
          expect(answer.error.message.length).toBeGreaterThan(10)
        }),
        { numRuns: valuesOfEach, seed: 20231 },
      )
    }
    const alive = await app.handle('app.read', {}, {})
    expect(alive.ok).toBe(true)
  } finally {
    await app.close()
  }
  expect([...unforeseen]).toEqual([])
  expect(codes.has('app.invalid_params')).toBe(true)
  process.stdout.write(
    `${values} values for ${requests.length} requests, ${codes.size} kinds of failure\n`,
  )
}, 300_000)

test('a request of any name is refused unless it is one', async () => {
  const { app } = await startTestApp()
  try {
    const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'))
    await fc.assert(
      fc.asyncProperty(names, anything, async (name, params) => {
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
