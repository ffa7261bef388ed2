import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writtenMessages } from '../../../../src-main/core/eval/written-questions.ts'
import type { EvalPlan } from '../../../../src-main/shared/eval.ts'
import type { FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { newDataFolder, startTestApp } from '../../../fakes/test-app.ts'

/** An app with two models, of which the second is loaded, and a set of 30 questions. */
async function startMeasuring(script: FakeEngineScript = {}) {
  const dataFolder = newDataFolder()
  const file = (name: string) => join(dirname(dataFolder), name)
  const lines = Array.from(
    { length: 30 },
    (_, at) => `{"question":"${at}","answer":"#### ${at}"}\n`,
  )
  writeFileSync(file('mine.jsonl'), lines.join(''))
  const testApp = await startTestApp({ reply: ['It is', ' 7.'], ...script }, dataFolder)
  const { app, ask, waitFor, events } = testApp
  onTestFinished(() => app.close())
  const open = async (name: string) => {
    writeFileSync(file(name), 'GGUF')
    events.length = 0
    const { modelId } = await ask('model.open', { path: file(name) })
    await waitFor('model.changed', ({ state }) => state.type === 'ready')
    return modelId
  }
  const measured = await open('Model One.gguf')
  const other = await open('other.gguf')
  const plan: EvalPlan = {
    ...{ modelId: measured, path: file('mine.jsonl'), results: null, limit: null },
    ...{ method: 'reason', shots: 0, examples: null, windowTokens: 64, againstId: null },
  }
  const ends = async (type: 'ended' | 'failed') => {
    const { state } = await waitFor('eval.changed', (told) => told.state.type === type)
    return state
  }
  return { ...testApp, file, plan, other, measured, ends }
}

test('measures a model that was not loaded, goes on after a stop, and brings the other back', async () => {
  const { ask, waitFor, events, file, plan, other, measured, ends } = await startMeasuring({
    pieceDelayMs: 80,
  })
  expect(await ask('eval.read', {})).toEqual({ state: { type: 'none' }, plan: null })
  await expect(ask('eval.export', { as: 'csv' })).rejects.toMatchObject({ code: 'eval.none' })
  await ask('eval.start', { plan })
  await expect(ask('eval.start', { plan })).rejects.toMatchObject({ code: 'eval.running' })
  const isUnderWay = await waitFor(
    'eval.changed',
    ({ state }) => state.type === 'running' && (state.progress?.done ?? 0) > 0,
  )
  const output = file('mine.model-one.results.jsonl')
  expect(isUnderWay.state).toMatchObject({ output, progress: { total: 30 } })
  expect(events.some(({ payload }) => JSON.stringify(payload).includes(measured))).toBe(true)
  await ask('eval.stop', {})
  const stopped = await ask('eval.read', {})
  expect(stopped).toMatchObject({ plan, state: { type: 'stopped', output } })
  const kept = readFileSync(output, 'utf8')
  await waitFor('model.changed', ({ state }) => state.type === 'ready' && state.modelId === other)

  events.length = 0
  await ask('eval.start', { plan })
  expect(await ends('ended')).toMatchObject({
    outcome: {
      ...{ type: 'questions', model: 'Model One', form: 'gsm8k', unanswered: 0 },
      report: { all: { count: 30, correct: 1 } },
      published: [{ percent: 28.05 }, { percent: 20.45 }],
    },
  })
  const whole = readFileSync(output, 'utf8')
  expect(whole.startsWith(kept)).toBe(true)
  expect(whole.trimEnd().split('\n')).toHaveLength(31)
  const table = await ask('eval.export', { as: 'csv' })
  expect(table.fileName).toBe('mine.model-one.results.csv')
  expect(table.text).toContain('all,30,1,')
  const page = await ask('eval.export', { as: 'page' })
  expect(page.text).toContain('<h1>model-one, GSM8K</h1>')
})

test('ends when another model is loaded, and keeps what is found', async () => {
  const { ask, waitFor, file, plan, other, ends } = await startMeasuring({ pieceDelayMs: 80 })
  await ask('eval.start', { plan: { ...plan, results: file('own.jsonl') } })
  await waitFor(
    'eval.changed',
    ({ state }) => state.type === 'running' && (state.progress?.done ?? 0) > 0,
  )
  await ask('model.load', { modelId: other })
  const failed = await ends('failed')
  expect(failed).toMatchObject({ failure: { code: 'eval.model_changed' } })
  expect(readFileSync(file('own.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(2)
  expect((await ask('app.read', {})).model).toMatchObject({ modelId: other })
})

test('goes on with the same model after a crash of the engine', async () => {
  const crashed = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'crashed')
  const [{ content } = { content: '' }] = writtenMessages('gsm8k', '12', [])
  const crashOnceAt = { content, file: crashed }
  const { ask, plan, ends, measured, other } = await startMeasuring({
    crashOnceAt,
    pieceDelayMs: 5,
  })
  await ask('model.load', { modelId: measured })
  await ask('eval.start', { plan })
  expect(await ends('ended')).toMatchObject({
    outcome: { report: { all: { count: 30 } }, unanswered: 0 },
  })
  expect(existsSync(crashed)).toBe(true)
  expect((await ask('app.read', {})).model).not.toMatchObject({ modelId: other })
})

test('says before it starts what cannot be measured', async () => {
  const { ask, plan, file } = await startMeasuring()
  const start = (changes: Partial<EvalPlan>) => ask('eval.start', { plan: { ...plan, ...changes } })
  await expect(start({ shots: 1 })).rejects.toMatchObject({ code: 'eval.no_examples' })
  await expect(start({ path: file('gone.txt') })).rejects.toMatchObject({ code: 'eval.not_found' })
  expect((await ask('eval.read', {})).state).toEqual({ type: 'none' })
})
