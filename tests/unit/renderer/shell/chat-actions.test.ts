// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent } from 'vue'
import { chatId } from '@shared/ids.ts'
import { useChatActions } from '../../../../src-renderer/composables/use-chat-actions.ts'
import { undoMs, useToastsStore } from '../../../../src-renderer/stores/toasts.ts'
import { type FakeAnswers } from '../fake-bridge.ts'
import { findByName, mountInApp } from './mount-in-app.ts'

const ids = [chatId('one'), chatId('two')]

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())
enableAutoUnmount(afterEach)

async function mountActions(answers: FakeAnswers = {}) {
  let actions: ReturnType<typeof useChatActions> | undefined
  const app = await mountInApp(
    defineComponent(() => {
      actions = useChatActions()
      return () => null
    }),
    { answers },
  )
  if (!actions) throw new Error('The component was not set up.')
  return { ...app, actions }
}

test('moves chats to the trash at once and brings them back on undo', async () => {
  const { actions, askedFor } = await mountActions({
    'chat.trash': () => null,
    'chat.restore': () => null,
  })
  await actions.trash(ids)
  expect(askedFor('chat.trash')).toEqual([{ chatIds: ids }])

  await flushPromises()
  findByName('button', 'Undo').click()
  await flushPromises()
  expect(askedFor('chat.restore')).toEqual([{ chatIds: ids }])
  expect(useToastsStore().toasts).toEqual([])
})

test('deletes for good only when the time for an undo is over', async () => {
  const { actions, askedFor } = await mountActions({ 'chat.purge': () => null })
  actions.purge(ids)
  await flushPromises()
  expect([...actions.leaving]).toEqual(ids)

  await vi.advanceTimersByTimeAsync(undoMs - 500)
  expect(askedFor('chat.purge')).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(askedFor('chat.purge')).toEqual([{ chatIds: ids }])
  expect([...actions.leaving]).toEqual([])
})

test('deletes nothing for good after an undo', async () => {
  const { actions, askedFor } = await mountActions({ 'chat.empty_trash': () => ({ chats: 1 }) })
  actions.purge(ids)
  await flushPromises()
  findByName('button', 'Undo').click()
  await vi.advanceTimersByTimeAsync(undoMs * 2)
  expect(askedFor('chat.purge')).toEqual([])
  expect([...actions.leaving]).toEqual([])
})

test('says in the language of the app why something failed', async () => {
  const { actions } = await mountActions({
    'chat.trash': () => {
      throw Object.assign(new Error('kept from the person'), {})
    },
  })
  await actions.trash(ids)
  expect(useToastsStore().toasts).toMatchObject([{ kind: 'error', text: 'kept from the person' }])
})
