// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { modelId } from '@shared/ids.ts'
import type { InstalledModel } from '@shared/models.ts'
import { useModelsStore } from '../../../../src-renderer/stores/models.ts'
import WelcomeView from '../../../../src-renderer/views/WelcomeView.vue'
import { type FakeAnswers } from '../fake-bridge.ts'
import { fitOf } from '../models/sample-models.ts'
import { emptySnapshot, findByName, mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)

const demo: InstalledModel = {
  id: modelId('demo'),
  name: 'Demo',
  path: '/demo.gguf',
  kind: 'demo',
  catalogueId: null,
  diskBytes: 3_900_000_000,
  addedAtMs: 0,
  description: null,
  crashedAtMs: null,
}

async function mountWelcome(memoryGigabytes = 16, answers: FakeAnswers = {}) {
  const memoryBytes = memoryGigabytes * 2 ** 30
  const machine = { ...emptySnapshot.machine, memoryTotalBytes: memoryBytes }
  const app = await mountInApp(WelcomeView, {
    snapshot: { machine },
    answers: {
      'model.list': () => [demo],
      'model.load': () => null,
      'model.fit': ({ subject }) =>
        fitOf(
          subject.type === 'catalogue' && subject.convertTo === 'bf16' ? 12.49e9 : 4.28e9,
          memoryBytes,
        ),
      ...answers,
    },
  })
  await useModelsStore().read()
  await flushPromises()
  return app
}

const forms = () =>
  [...document.querySelectorAll('article.form')].map((form) => ({
    fit: form.querySelector('.fit')?.textContent.split('.')[0],
    isRecommended: form.textContent.includes('Recommended'),
  }))

test('recommends the full form where the memory is ample', async () => {
  await mountWelcome(64)
  expect(forms()).toEqual([
    { fit: 'Fits this computer', isRecommended: false },
    { fit: 'Fits this computer', isRecommended: true },
  ])
})

test('recommends the small form, and says what does not fit, where memory is short', async () => {
  await mountWelcome(8)
  expect(forms()).toEqual([
    { fit: 'Fits this computer', isRecommended: true },
    { fit: 'Does not fit', isRecommended: false },
  ])
})

test('downloads the form that was chosen, once the licence is accepted', async () => {
  const { askedFor, router } = await mountWelcome(32, {
    'licence.accept': () => null,
    'download.start': () => null,
  })
  findByName('button', 'Download ChatGLM2-6B FP16').click()
  await flushPromises()
  expect(document.body.textContent).toContain('Terms of GLM.')
  findByName('button', 'Accept and go on').click()
  await flushPromises()
  findByName('button', 'Download').click()
  await flushPromises()
  expect(askedFor('licence.accept')).toEqual([{ licenceId: 'glm' }])
  const choice = { catalogueId: 'chatglm2-6b', convertTo: 'bf16', keepSource: false }
  expect(askedFor('download.start')).toMatchObject([{ choice }])
  expect(router.currentRoute.value.path).toBe('/models')
})

test('loads the demo model and is never shown again', async () => {
  const { askedFor } = await mountWelcome()
  findByName('button', 'Start with the demo model').click()
  await flushPromises()
  expect(askedFor('model.load')).toEqual([{ modelId: demo.id }])
  expect(askedFor('settings.write')).toEqual([{ changes: { welcomed: true } }])
})

test('goes on to the models when one was opened, and stays when none was chosen', async () => {
  const chosen: (string | null)[] = [null, '/模型/chatglm2-6b']
  const { askedFor, router } = await mountWelcome(16, {
    'host.pick_model': () => ({ path: chosen.shift() ?? null }),
    'model.open': () => ({ modelId: demo.id }),
  })
  const open = () => findByName('button', 'Open a model folder…')
  open().click()
  await flushPromises()
  expect(askedFor('model.open')).toEqual([])
  open().click()
  await flushPromises()
  expect(askedFor('model.open')).toEqual([{ path: '/模型/chatglm2-6b' }])
  expect(router.currentRoute.value.path).toBe('/models')
})
