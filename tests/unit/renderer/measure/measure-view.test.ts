// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import type { EvalPlan, EvalProgress, EvalState } from '@shared/eval.ts'
import { useModelsStore } from '../../../../src-renderer/stores/models.ts'
import MeasureView from '../../../../src-renderer/views/MeasureView.vue'
import { installed } from '../models/sample-models.ts'
import { readyModel } from '../settings/ready-model.ts'
import { typeInto } from '../settings/type-into.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

const text = () => document.body.textContent
const output = '/data/own.jsonl'
const progress: EvalProgress = {
  ...{ kind: 'questions', done: 12, total: 40, fraction: 0.3, soFar: 0.625, timeLeftMs: 90_000 },
}

async function mountMeasuring(answers: Parameters<typeof mountInApp>[1] = {}) {
  const mounted = await mountInApp(MeasureView, {
    snapshot: { model: readyModel, host: 'web' },
    ...answers,
    answers: {
      'model.list': () => [installed],
      'eval.start': () => null,
      'eval.stop': () => null,
      ...answers.answers,
    },
  })
  await useModelsStore().read()
  await flushPromises()
  const tell = async (state: EvalState) => {
    mounted.emit('eval.changed', { state })
    await flushPromises()
  }
  return { ...mounted, tell }
}

const button = (name: string) => findByName('button', name) as HTMLButtonElement

test('starts with what was chosen, and asks only for what fits the file', async () => {
  const { askedFor } = await mountMeasuring()
  expect(button('Start').disabled).toBe(true)
  await typeInto('Questions or a text', ' /data/ceval ')
  expect(text()).toContain('How it answers')
  expect(text()).not.toContain('Compare with')
  const press = { bubbles: true, button: 0, pointerType: 'mouse' }
  button('Increase Solved examples').dispatchEvent(new PointerEvent('pointerdown', press))
  window.dispatchEvent(new PointerEvent('pointerup', press))
  await flushPromises()
  expect(button('Start').disabled).toBe(true) // nobody knows where they are
  await typeInto('Where the examples are', '/data/dev')
  button('Start').click()
  await flushPromises()
  const common = { modelId: installed.id, results: null, limit: null }
  const asText = { windowTokens: 512, againstId: null }
  const plan: EvalPlan = {
    ...{ ...common, ...asText, path: '/data/ceval', method: 'reason', shots: 1 },
    examples: '/data/dev',
  }
  expect(askedFor('eval.start')).toEqual([{ plan }])

  await typeInto('Questions or a text', '/data/gsm8k.jsonl')
  expect(text()).not.toContain('How it answers')
  await typeInto('Questions or a text', '/data/A.TXT')
  expect(text()).toContain('Compare with')
  expect(text()).not.toContain('Solved examples')
})

test('fills the form with what was measured last', async () => {
  const plan: EvalPlan = {
    ...{ modelId: installed.id, path: '/data/a.txt', results: '/data', method: 'letter' },
    ...{ shots: 0, examples: null, limit: 9, windowTokens: 100, againstId: null },
  }
  await mountMeasuring({
    answers: { 'eval.read': () => ({ state: { type: 'none' }, plan }) },
  })
  const path = findByName('textbox', 'Questions or a text') as HTMLInputElement
  expect(path.value).toBe('/data/a.txt')
  expect(text()).toContain('100 tokens')
})

test('shows how far a run is, stops it, and says how to go on', async () => {
  const { tell, askedFor } = await mountMeasuring()
  await typeInto('Questions or a text', '/data/ceval')
  await tell({ type: 'running', output, progress: null })
  expect(text()).toContain('The model is being loaded.')
  expect(button('Start').disabled).toBe(true)
  await tell({ type: 'running', output, progress })
  expect(text()).toContain('12 of 40 questions · 62.5% right so far · 2 min left')
  expect(findByName('progressbar', 'Measuring').getAttribute('aria-valuenow')).toBe('30')
  button('Stop').click()
  await flushPromises()
  expect(askedFor('eval.stop')).toEqual([{}])
  await tell({ type: 'stopped', output, progress })
  expect(text()).toContain('12 of 40 questions · 62.5% right so far')
  expect(text()).not.toContain('min left')
  expect(button('Go on').disabled).toBe(false)
  await tell({ type: 'failed', output, failure: { code: 'eval.model_changed', message: 'x' } })
  expect(text()).toContain('Another model was loaded, so measuring stopped.')
})

test('shows shares with their bounds, beside what was published', async () => {
  const { tell } = await mountMeasuring()
  const all = { count: 40, correct: 12, share: 0.3, low: 0.181, high: 0.454 }
  await tell({
    ...{ type: 'ended', output },
    outcome: {
      ...{ type: 'questions', model: 'Mine', form: 'gsm8k', method: 'reason', shots: 1 },
      report: { all, subjects: [{ ...all, subject: 'gsm8k' }] },
      published: [
        { id: 'gsm8k', name: 'x', percent: 28.05 },
        { id: 'gsm8k_chinese', name: 'y', percent: 50 },
      ],
      unanswered: 3,
    },
  })
  expect(text()).toContain('12 of 40 right: 30.0%')
  expect(text()).toContain('Mine · GSM8K · one solved example')
  expect(text()).toContain('18.1% to 45.4%')
  expect(text()).toContain('Could not be asked, and not counted: 3.')
  expect(text()).toContain('ChatGLM2-6B, GSM8K with 8 examples28.05%within the bounds')
  expect(text()).toContain('50.00%above the bounds: this run did worse')
  expect(text()).toContain(output)
})
