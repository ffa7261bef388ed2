// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { emptyCodePage } from '@shared/code.ts'
import type { CompletionId } from '@shared/ids.ts'
import type { ModelState } from '@shared/models.ts'
import CodeView from '../../../../src-renderer/views/CodeView.vue'
import { description, installed } from '../models/sample-models.ts'
import { readyModel } from '../settings/ready-model.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)
// happy-dom keeps the focus in what is gone, at which the editor looks once more.
afterEach(async () => {
  document.querySelector('.code-editor')?.shadowRoot?.querySelector<HTMLElement>('[role]')?.blur()
  await new Promise((resolve) => setTimeout(resolve, 20))
})

const codeDescription = { ...description, family: 'codegeex2' as const }
const codeModel: ModelState = {
  ...{ type: 'ready', modelId: installed.id },
  loaded: { description: codeDescription, memory: [], contextLength: 8192, threads: 4 },
}

async function open(model: ModelState, models = [installed]) {
  const app = await mountInApp(CodeView, {
    snapshot: { model },
    answers: {
      'code.read_page': () => ({ ...emptyCodePage, text: '# sort\n' }),
      'code.write_page': () => null,
      'code.complete': () => null,
      'code.cancel': () => null,
      'model.list': () => models,
      'model.load': () => null,
    },
  })
  await flushPromises()
  const shadow = () => document.querySelector('.code-editor')?.shadowRoot
  const completionId = () =>
    (app.askedFor('code.complete').at(-1) as { completionId: CompletionId }).completionId
  return {
    ...app,
    content: () => shadow()?.querySelector('.cm-content')?.textContent,
    ghost: () => shadow()?.querySelector('.cm-ghost')?.textContent ?? '',
    completionId,
  }
}

const text = () => document.body.textContent

test('asks for what comes behind the cursor, and shows it as it comes', async () => {
  const { askedFor, emit, ghost, completionId } = await open(codeModel)
  findByName('button', 'Write on CtrlEnter').click()
  await flushPromises()
  expect(askedFor('code.complete')).toMatchObject([
    {
      ...{ language: 'Python', before: '# sort\n', stop: 'block' },
      sampling: { temperature: 0.2, topP: 0.95, topK: 0, maxNewTokens: 128 },
    },
  ])

  emit('code.delta', { completionId: completionId(), text: 'def sort' })
  emit('code.delta', { completionId: completionId(), text: '(a):' })
  await expect.poll(ghost).toBe('def sort(a):')
  emit('code.finished', {
    ...{ completionId: completionId(), finish: 'done', generatedTokens: 5, failure: null },
  })
  await flushPromises()
  // Taking it is tested in a browser: here, a selection would be told of while it is set.
  expect(text()).toContain('Take it or leave it')
})

/** By then the text that has come is shown. */
const drawnMs = 150

test('takes no more of what was left', async () => {
  const { askedFor, emit, ghost, completionId } = await open(codeModel)
  findByName('button', 'Write on CtrlEnter').click()
  await flushPromises()
  const left = completionId()
  emit('code.delta', { completionId: left, text: 'x' })
  await expect.poll(ghost).toBe('x')
  findByName('button', 'Leave Esc').click()
  await flushPromises()
  emit('code.delta', { completionId: left, text: 'y' })
  await new Promise((resolve) => setTimeout(resolve, drawnMs))
  expect(ghost()).toBe('')
  expect(askedFor('code.cancel')).toEqual([{ completionId: left }])
})

test('says why nothing was written', async () => {
  const { emit, completionId } = await open(codeModel)
  findByName('button', 'Write on CtrlEnter').click()
  await flushPromises()
  const failure = { code: 'code.unknown_language', message: 'x' }
  emit('code.finished', {
    ...{ completionId: completionId(), finish: 'failed', generatedTokens: 0, failure },
  })
  await flushPromises()
  expect(text()).toContain('Choose a language of the list.')
})

test('names CodeGeeX2 where another model is loaded, and loads it where it is', async () => {
  const { router, wrapper } = await open(readyModel)
  expect(text()).toContain('was made for talking')
  findByName('button', 'Get CodeGeeX2').click()
  await flushPromises()
  expect(router.currentRoute.value.name).toBe('models')
  wrapper.unmount()

  const own = { ...installed, name: 'CodeGeeX2-6B', description: codeDescription }
  const { askedFor, emit } = await open({ type: 'none' }, [own])
  emit('models.changed', { models: [own] })
  await flushPromises()
  findByName('button', 'Load CodeGeeX2-6B').click()
  await flushPromises()
  expect(askedFor('model.load')).toEqual([{ modelId: own.id }])
})
