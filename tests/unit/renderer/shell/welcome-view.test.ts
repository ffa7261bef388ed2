// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { modelId } from '@shared/ids.ts'
import type { InstalledModel } from '@shared/models.ts'
import { useModelsStore } from '../../../../src-renderer/stores/models.ts'
import WelcomeView from '../../../../src-renderer/views/WelcomeView.vue'
import { type FakeAnswers } from '../fake-bridge.ts'
import { emptySnapshot, findByName, mountInApp } from './mount-in-app.ts'

enableAutoUnmount(afterEach)

const demo: InstalledModel = {
  id: modelId('demo'),
  name: 'Demo',
  path: '/demo.gguf',
  kind: 'demo',
  addedAtMs: 0,
  description: null,
  crashedAtMs: null,
}

async function mountWelcome(memoryGigabytes = 16, answers: FakeAnswers = {}) {
  const machine = { ...emptySnapshot.machine, memoryTotalBytes: memoryGigabytes * 2 ** 30 }
  const app = await mountInApp(WelcomeView, {
    snapshot: { machine },
    answers: { 'model.list': () => [demo], 'model.load': () => null, ...answers },
  })
  await useModelsStore().read()
  await flushPromises()
  return app
}

const forms = () =>
  [...document.querySelectorAll('li.form')].map(
    (form) => form.querySelector('.fit')?.textContent ?? '',
  )

test('says which form of the model fits into the memory', async () => {
  await mountWelcome(32)
  expect(forms()).toEqual(['It fits.', 'It fits.'])
})

test('says so when the memory is enough for the small form only', async () => {
  await mountWelcome(8)
  expect(forms()).toEqual(['It fits.', "It does not fit into this computer's memory."])
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
