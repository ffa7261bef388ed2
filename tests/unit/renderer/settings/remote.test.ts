// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { type RemoteId, remoteId } from '@shared/ids.ts'
import { type AppSettings, defaultSettings } from '@shared/settings.ts'
import RemoteSettings from '../../../../src-renderer/components/settings/RemoteSettings.vue'
import { AppError } from '@shared/errors.ts'
import { useToastsStore } from '../../../../src-renderer/stores/toasts.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { typeInto } from './type-into.ts'

enableAutoUnmount(afterEach)

const text = () => document.body.textContent

/** A fake app that keeps settings and who has a key. */
function fakeApp(settings: AppSettings = defaultSettings) {
  let current = settings
  let remoteIds: RemoteId[] = []
  return {
    snapshot: { settings },
    answers: {
      'settings.write': ({ changes }: { changes: Partial<AppSettings> }) =>
        (current = { ...current, ...changes }),
      'remote.keys': () => ({ remoteIds }),
      'remote.write_key': ({ remoteId: id, key }: { remoteId: RemoteId; key: string | null }) => {
        remoteIds = key === null ? [] : [id]
        return null
      },
      'remote.models': () => ({ models: [{ id: 'big', contextLength: 4096 }] }),
    },
    read: () => current,
  }
}

test('sets a server up with its key, asks for its models, and shows neither key', async () => {
  const app = fakeApp()
  const { askedFor } = await mountInApp(RemoteSettings, app)
  const button = () => findByName('button', 'Add')
  await typeInto('Name', 'Lab')
  await typeInto('Base address', 'ftp://lab')
  expect(button().hasAttribute('disabled')).toBe(true)
  await typeInto('Base address', 'http://lab.example:8000/v1/')
  expect(text()).toContain('not encrypted')
  await typeInto('API key', 'sk-secret')
  button().click()
  await flushPromises()
  const [remote] = app.read().remotes
  expect(remote).toMatchObject({
    ...{ name: 'Lab', address: 'http://lab.example:8000/v1' },
    models: [{ id: 'big', contextLength: 4096 }],
  })
  expect(askedFor('remote.write_key')).toEqual([{ remoteId: remote?.id, key: 'sk-secret' }])
  expect(JSON.stringify(app.read())).not.toContain('sk-secret')
  expect(document.body.innerHTML).not.toContain('sk-secret')
  expect(text()).toContain('Key kept')
  expect(text()).toContain('1 model')
})

test('forgets a server, also for new chats', async () => {
  const id = remoteId('one')
  const app = fakeApp({
    ...defaultSettings,
    remotes: [{ id, name: 'Lab', address: 'https://lab/v1', models: [] }],
    newChatRemote: { remoteId: id, model: 'big', contextLength: null },
  })
  await mountInApp(RemoteSettings, app)
  findByName('button', 'Remove').click()
  await flushPromises()
  expect(app.read()).toMatchObject({ remotes: [], newChatRemote: null })
})

test('shows the words of a server behind a sentence of the language', async () => {
  const refused = () => {
    throw new AppError('remote.refused', 'The English of the app.', { words: 'No money left' })
  }
  await mountInApp(RemoteSettings, { answers: { 'remote.keys': refused }, locale: 'zh-CN' })
  await flushPromises()
  expect(useToastsStore().toasts[0]?.text).toMatch(/^服务器拒绝了请求.* No money left$/)
})
