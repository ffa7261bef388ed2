// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import type { UpdateState } from '@shared/updates.ts'
import UpdateRows from '../../../../src-renderer/components/settings/UpdateRows.vue'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

const offer = {
  ...{ version: '1.1.0', releasedAt: '2026-11-27T08:00:00.000Z', sizeBytes: 120e6 },
  ...{ pageUrl: 'https://page.example/tag/v1.1.0', isByHand: false },
}
const text = () => document.body.textContent

async function mountWith(state: UpdateState) {
  const mounted = await mountInApp(UpdateRows, {
    answers: {
      'update.read': () => state,
      'update.check': () => null,
      'update.download': () => null,
      'update.cancel': () => null,
      'update.install': () => null,
      'host.open_link': () => null,
    },
  })
  await flushPromises()
  return mounted
}

test('looks only when asked, and leads from there to the restart', async () => {
  const { askedFor, emit } = await mountWith({ type: 'idle', checkedAtMs: null })
  expect(text()).toContain('Nobody has looked yet.')
  expect(askedFor('update.check')).toEqual([])
  findByName('button', 'Look now').click()
  await flushPromises()
  expect(askedFor('update.check')).toHaveLength(1)

  emit('update.changed', { state: { type: 'available', offer } })
  await flushPromises()
  expect(text()).toContain('Version 1.1.0 is there (120 MB).')
  findByName('button', 'Download').click()

  const progress = { doneBytes: 30e6, totalBytes: 120e6, bytesPerSecond: 3e6, timeLeftMs: 30_000 }
  emit('update.changed', { state: { type: 'downloading', offer, progress, problem: null } })
  await flushPromises()
  expect(text()).toContain('25% · 3 MB/s · 30 s left')
  findByName('button', 'Stop').click()

  emit('update.changed', { state: { type: 'ready', offer } })
  await flushPromises()
  findByName('button', 'Restart to update').click()
  await flushPromises()
  expect(askedFor('update.install')).toEqual([{ endsReplies: false }])

  emit('update.changed', { state: { type: 'waiting', offer } })
  await flushPromises()
  findByName('button', 'Restart now').click()
  await flushPromises()
  expect(askedFor('update.install')).toEqual([{ endsReplies: false }, { endsReplies: true }])
  expect(askedFor('update.download')).toHaveLength(1)
  expect(askedFor('update.cancel')).toHaveLength(1)
})

test('opens the page of a version that the app does not install', async () => {
  const { askedFor } = await mountWith({ type: 'available', offer: { ...offer, isByHand: true } })
  findByName('button', 'Open its page').click()
  await flushPromises()
  expect(askedFor('host.open_link')).toEqual([{ url: offer.pageUrl }])
})

test('says in words of the app why it failed', async () => {
  const failure = { code: 'update.untrusted', message: 'The English of the app.' }
  await mountWith({ type: 'failed', failure })
  expect(text()).toContain('not signed by the makers of this app')
  findByName('button', 'Try again')
})

test('says why a build has no updates, and offers nothing', async () => {
  await mountWith({ type: 'unavailable', reason: 'no_key' })
  expect(text()).toContain('This build has no key')
  expect(document.querySelectorAll('button')).toHaveLength(0)
})

test('lets the app look once a day', async () => {
  const { askedFor } = await mountWith({ type: 'idle', checkedAtMs: 1_700_000_000_000 })
  expect(text()).toContain('This is the newest version, as of')
  findByName('switch', 'Look for updates').click()
  await flushPromises()
  expect(askedFor('settings.write')).toEqual([{ changes: { checkForUpdates: true } }])
})
