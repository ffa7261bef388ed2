// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { modelId } from '@shared/ids.ts'
import type { InstalledModel } from '@shared/models.ts'
import { useModelsStore } from '../../../../src-renderer/stores/models.ts'
import ModelsView from '../../../../src-renderer/views/ModelsView.vue'
import { type FakeAnswers } from '../fake-bridge.ts'
import { fitOf } from '../models/sample-models.ts'
import { findByName, mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)

const model: InstalledModel = {
  id: modelId('int4'),
  name: 'chatglm2-6b-int4',
  path: '/模型/chatglm2-6b-int4',
  kind: 'folder',
  catalogueId: null,
  diskBytes: 3_900_000_000,
  addedAtMs: 0,
  crashedAtMs: null,
  description: {
    path: '/模型/chatglm2-6b-int4',
    format: 'checkpoint',
    family: 'chatglm2',
    weightType: 'int4',
    sizeBytes: 3_900_000_000,
    parameterCount: 6_243_584_000,
    layerCount: 28,
    hiddenSize: 4096,
    feedForwardSize: 13696,
    headCount: 32,
    kvHeadCount: 2,
    vocabularySize: 65024,
    contextLength: 32768,
    ropeScale: 1,
    ropeBase: 10000,
  },
}

async function mountModels(
  models: InstalledModel[],
  answers: FakeAnswers = {},
  host: 'desktop' | 'web' = 'desktop',
) {
  const app = await mountInApp(ModelsView, {
    answers: { 'model.list': () => models, ...answers },
    snapshot: { host },
  })
  await useModelsStore().read()
  await flushPromises()
  return app
}

const text = () => document.body.textContent

test('says what a model is and what it takes', async () => {
  await mountModels([model])
  for (const fact of ['ChatGLM2', 'INT4', '3.9 GB', '6.2B', '32,768 tokens', 'the fastest'])
    expect(text()).toContain(fact)
})

test('says whether a model fits, and why', async () => {
  await mountModels([model], { 'model.fit': () => fitOf(3.5 * 2 ** 30, 16 * 2 ** 30) })
  expect(text()).toContain('Fits this computer. It takes 4.7 GB of 16 GB memory.')
})

test('says what would fit when a model is too big', async () => {
  await mountModels([model], { 'model.fit': () => fitOf(14.5 * 2 ** 30, 16 * 2 ** 30) })
  expect(text()).toContain('Does not fit. It needs 16 GB of 16 GB memory.')
  expect(text()).toContain('A context of up to 7,489 tokens would fit.')
})

test('shows a conversation to GGUF with its progress, and cancels it', async () => {
  const { emit, askedFor } = await mountModels([model], { 'model.cancel': () => null })
  const progress = { doneBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 50e6, timeLeftMs: 60_000 }
  emit('model.changed', { state: { type: 'converting', modelId: model.id, progress } })
  await flushPromises()
  expect(text()).toContain('25% · 50 MB/s · 1 min left')
  findByName('button', 'Cancel').click()
  await flushPromises()
  expect(askedFor('model.cancel')).toHaveLength(1)
})

test('says why a model did not load and loads it again', async () => {
  const { emit, askedFor } = await mountModels([model], { 'model.load': () => null })
  const failure = { code: 'engine.out_of_memory', message: 'English of the engine.' }
  emit('model.changed', { state: { type: 'failed', modelId: model.id, failure } })
  await flushPromises()
  expect(text()).toContain('There is not enough memory for this model.')
  findByName('button', 'Try again').click()
  await flushPromises()
  expect(askedFor('model.load')).toEqual([{ modelId: model.id }])
})

test('warns of a model that crashed the engine before it is loaded again', async () => {
  await mountModels([{ ...model, crashedAtMs: 1 }])
  expect(text()).toContain('The engine crashed with this model')
  expect(findByName('button', 'Load anyway')).toBeTruthy()
})

test('offers no loading of a file that is gone', async () => {
  await mountModels([{ ...model, description: null }])
  expect(text()).toContain('The file is not where it was.')
  expect(() => findByName('button', 'Load')).toThrow()
})

test('opens a model by its path in a browser, where there are no dialogs', async () => {
  const { askedFor } = await mountModels(
    [model],
    { 'model.open': () => ({ modelId: model.id }) },
    'web',
  )
  const field = findByName('textbox', 'Path of a GGUF file or a checkpoint folder')
  if (!(field instanceof HTMLInputElement)) throw new Error('The path has no field.')
  field.value = ' /模型/a.gguf '
  field.dispatchEvent(new Event('input'))
  await flushPromises()
  field.form?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  expect(askedFor('model.open')).toEqual([{ path: '/模型/a.gguf' }])
  expect(field.value).toBe('')
})

test('says that the engine stopped, and starts it again', async () => {
  const { emit, askedFor } = await mountModels([model], { 'engine.restart': () => null })
  emit('engine.changed', { state: { type: 'failed', cause: { type: 'killed' }, lastLines: [] } })
  await flushPromises()
  expect(text()).toContain('most likely because memory ran out')
  findByName('button', 'Start the engine again').click()
  await flushPromises()
  expect(askedFor('engine.restart')).toHaveLength(1)
})
