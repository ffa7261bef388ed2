// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import BatchRows from '../../../../src-renderer/components/settings/BatchRows.vue'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { readyModel } from './ready-model.ts'
import { typeInto } from './type-into.ts'

enableAutoUnmount(afterEach)

const text = () => document.body.textContent
const progress = { total: 9, earlier: 2, answered: 3, failed: 1, generatedTokens: 50 }
const output = '/data/a.answers.jsonl'

test('starts a file by its path, shows how far it is, and stops', async () => {
  const { asked, emit } = await mountInApp(BatchRows, {
    snapshot: { model: readyModel, host: 'web' },
    answers: { 'batch.start': () => null, 'batch.stop': () => null },
  })
  await typeInto('Path of the file', '/data/a.jsonl')
  findByName('button', 'Start').click()
  await flushPromises()
  expect(asked).toContainEqual({ request: 'batch.start', params: { path: '/data/a.jsonl' } })

  emit('batch.changed', { state: { type: 'running', output, progress } })
  await flushPromises()
  expect(text()).toContain('6 of 9, 1 without an answer')
  expect(findByName('progressbar', 'Answering').getAttribute('aria-valuenow')).toBe('67')
  findByName('button', 'Stop').click()
  await flushPromises()
  expect(asked.at(-1)).toEqual({ request: 'batch.stop', params: {} })

  emit('batch.changed', { state: { type: 'ended', output, progress } })
  await flushPromises()
  expect(text()).toContain('5 of 9 answered, 1 without an answer')
  expect(text()).toContain(output)
})

test('says in words why a file cannot be answered', async () => {
  const { emit } = await mountInApp(BatchRows, { snapshot: { model: readyModel } })
  const failure = { code: 'batch.unreadable', message: 'x' }
  emit('batch.changed', { state: { type: 'failed', output, failure } })
  await flushPromises()
  expect(text()).toContain('be written in UTF-8')
})
