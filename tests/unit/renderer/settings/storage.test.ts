// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { AppError } from '@shared/errors.ts'
import StorageSettings from '../../../../src-renderer/components/settings/StorageSettings.vue'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { typeInto } from './type-into.ts'

enableAutoUnmount(afterEach)

const text = () => document.body.textContent
const moved = { folder: '/elsewhere', usedBytes: 5e9, freeBytes: 80e9, packedBytes: 0 }

test('says where the models are, what they take and what is free', async () => {
  await mountInApp(StorageSettings)
  await flushPromises()
  expect(text()).toContain('/models')
  expect(text()).toContain('Models take 4 GB; 100 GB are free.')
})

test('shows how far a move is and takes no second one until it has ended', async () => {
  const answer = Promise.withResolvers<typeof moved>()
  const { askedFor, emit } = await mountInApp(StorageSettings, {
    answers: {
      'host.pick_folder': () => ({ path: '/elsewhere' }),
      'storage.move': () => answer.promise,
    },
  })
  await flushPromises()
  findByName('button', 'Move to another folder…').click()
  await flushPromises()
  expect(askedFor('storage.move')).toEqual([{ folder: '/elsewhere' }])

  const progress = { doneBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 100e6, timeLeftMs: 30_000 }
  emit('storage.moving', { progress })
  await flushPromises()
  expect(text()).toContain('25% · 100 MB/s · 30 s left')
  expect(findByName('button', 'Move to another folder…').hasAttribute('disabled')).toBe(true)
  expect(findByName('button', 'Back to the usual folder').hasAttribute('disabled')).toBe(true)

  findByName('button', 'Cancel').click()
  await flushPromises()
  expect(askedFor('storage.cancel_move')).toEqual([{}])

  emit('storage.moving', { progress: null })
  answer.resolve(moved)
  await flushPromises()
  expect(text()).toContain('/elsewhere')
  expect(text()).toContain('Models take 5 GB; 80 GB are free.')
  expect(text()).not.toContain('Moving the models')
})

test('moves nothing when no folder is chosen', async () => {
  const { askedFor } = await mountInApp(StorageSettings, {
    answers: { 'host.pick_folder': () => ({ path: null }) },
  })
  findByName('button', 'Move to another folder…').click()
  await flushPromises()
  expect(askedFor('storage.move')).toEqual([])
})

test('takes a typed path in a browser, and keeps it when the move is refused', async () => {
  const { answers, askedFor } = await mountInApp(StorageSettings, {
    snapshot: { host: 'web' },
    answers: {
      'storage.move': () => {
        throw new AppError('store.disk_full', 'The English of the app.')
      },
    },
  })
  await flushPromises()
  const field = () => findByName('textbox', 'Path of the new folder')
  await typeInto('Path of the new folder', ' /elsewhere ')
  findByName('button', 'Move').click()
  await flushPromises()
  expect(askedFor('storage.move')).toEqual([{ folder: '/elsewhere' }])
  expect(text()).toContain('The disk is full')
  expect(field()).toHaveProperty('value', ' /elsewhere ')

  answers['storage.move'] = () => moved
  findByName('button', 'Move').click()
  await flushPromises()
  expect(text()).toContain('Models take 5 GB')
  expect(field()).toHaveProperty('value', '')
})

test('goes back to the usual folder', async () => {
  const { askedFor } = await mountInApp(StorageSettings, {
    answers: { 'storage.move': () => ({ ...moved, folder: '/models' }) },
  })
  findByName('button', 'Back to the usual folder').click()
  await flushPromises()
  expect(askedFor('storage.move')).toEqual([{ folder: null }])
})

test('says what is kept of conversations, limits it and clears it', async () => {
  let sizeBytes = 2e9
  const { askedFor } = await mountInApp(StorageSettings, {
    answers: {
      'cache.read': () => ({ sizeBytes }),
      'cache.clear': () => {
        sizeBytes = 0
        return null
      },
    },
  })
  await flushPromises()
  expect(text()).toContain('2 GB')
  findByName('button', 'Clear').click()
  await flushPromises()
  expect(askedFor('cache.clear')).toEqual([{}])
  expect(text()).not.toContain('2 GB')
  expect(findByName('button', 'Clear').hasAttribute('disabled')).toBe(true)
})
