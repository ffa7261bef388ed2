import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EvalPlan } from '../../src-main/shared/eval.ts'
import { modelId } from '../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp, type TestApp } from '../fakes/test-app.ts'
import { until } from '../fakes/wait.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const demo = modelId('demo')
const text = Array.from(
  { length: 40 },
  (_, index) => `${index}. 从前有一座山，山里有一座庙。\n`,
).join('')

describe.skipIf(!hasRealEngine)('measuring in the app', { timeout: 240_000 }, () => {
  test('compares two models in turn, goes on after the app has ended, and leaves the chats’ model', async () => {
    const dataFolder = newDataFolder()
    const file = (name: string) => join(dirname(dataFolder), name)
    writeFileSync(file('text.txt'), text)
    const start = async () => {
      const testApp = await startTestApp({}, dataFolder, engineFile)
      onTestFinished(() => testApp.app.close())
      return testApp
    }
    const isLoaded = ({ waitFor }: TestApp, id: string) =>
      waitFor('model.changed', ({ state }) => state.type === 'ready' && state.modelId === id)

    const first = await start()
    const reference = await first.ask('model.open', { path: join(dirname(modelPath), 'fp16') })
    await isLoaded(first, reference.modelId)
    await first.ask('model.load', { modelId: demo })
    await isLoaded(first, demo)
    const results = file('own.jsonl')
    const plan: EvalPlan = {
      ...{ modelId: demo, path: file('text.txt'), results, limit: null },
      ...{ method: 'reason', shots: 0, examples: null, windowTokens: 32 },
      againstId: reference.modelId,
    }
    await first.ask('eval.start', { plan })
    const found = () => (existsSync(results) ? readFileSync(results, 'utf8') : '')
    await until(() => found().split('\n').length > 4, 60_000)
    await first.app.close()
    const kept = found()

    const second = await start()
    await isLoaded(second, demo)
    expect(await second.ask('eval.read', {})).toEqual({ state: { type: 'none' }, plan })
    second.events.length = 0
    await second.ask('eval.start', { plan })
    const { state } = await second.waitFor('eval.changed', (told) => told.state.type === 'ended')
    expect(state).toMatchObject({ outcome: { type: 'text', windowTokens: 32 } })
    if (state.type !== 'ended' || state.outcome.type !== 'text') throw new Error('no text')
    const { divergence } = state.outcome.report
    expect(divergence?.mean).toBeGreaterThan(1e-5)
    expect(divergence?.sameChoice.share).toBeGreaterThan(0.5)
    expect(found().startsWith(kept)).toBe(true)
    expect(existsSync(`${results}.foretold`)).toBe(false)
    await isLoaded(second, reference.modelId) // it was needed, and the other one came back
    expect((await second.ask('app.read', {})).model).toMatchObject({ modelId: demo })
  })
})
