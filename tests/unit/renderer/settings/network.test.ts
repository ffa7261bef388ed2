// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { type AppSettings, defaultSettings } from '@shared/settings.ts'
import NetworkSettings from '../../../../src-renderer/components/settings/NetworkSettings.vue'
import type { FakeAnswers } from '../fake-bridge.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { typeInto } from './type-into.ts'

enableAutoUnmount(afterEach)

const manual: AppSettings = {
  ...defaultSettings,
  proxy: { type: 'manual', url: 'http://10.0.0.1:8080' },
}

async function mountNetwork(settings: AppSettings, answers: FakeAnswers = {}) {
  const app = await mountInApp(NetworkSettings, { snapshot: { settings }, answers })
  await flushPromises()
  return app
}

test.each(['http://10.0.0.2:3128', 'https://me:secret@proxy.local', 'socks5://127.0.0.1:1080'])(
  'takes the proxy %s',
  async (url) => {
    const { askedFor, wrapper } = await mountNetwork(manual)
    await typeInto('Address of the proxy', ` ${url} `)
    wrapper.unmount()
    expect(askedFor('settings.write')).toEqual([{ changes: { proxy: { type: 'manual', url } } }])
  },
)

test.each(['10.0.0.2:3128', 'ftp://proxy.local', 'http://two words'])(
  'says that %s is no proxy, and keeps the one that is set',
  async (typed) => {
    const { askedFor, wrapper } = await mountNetwork(manual)
    await typeInto('Address of the proxy', typed)
    expect(findByName('textbox', 'Address of the proxy').getAttribute('aria-invalid')).toBe('true')
    expect(document.body.textContent).toContain('Begin with http://, https:// or socks5://.')
    wrapper.unmount()
    expect(askedFor('settings.write')).toEqual([])
  },
)

test('asks for an address only where the proxy is one of the own', async () => {
  await mountNetwork({ ...defaultSettings, proxy: { type: 'environment' } })
  expect(() => findByName('textbox', 'Address of the proxy')).toThrow()
  expect(document.body.textContent).toContain('From HTTPS_PROXY and the like')
})

test('takes the certificates of a network, and none when the path is cleared', async () => {
  const label = 'Certificates of your network'
  const first = await mountNetwork(defaultSettings)
  await typeInto(label, ' /etc/ssl/公司.pem ')
  first.wrapper.unmount()
  expect(first.askedFor('settings.write')).toEqual([
    { changes: { certificateFile: '/etc/ssl/公司.pem' } },
  ])

  const second = await mountNetwork({ ...defaultSettings, certificateFile: '/etc/ssl/公司.pem' })
  await typeInto(label, ' ')
  second.wrapper.unmount()
  expect(second.askedFor('settings.write')).toEqual([{ changes: { certificateFile: null } }])
})

test('takes a token once, shows it never again, and forgets it', async () => {
  const { askedFor } = await mountNetwork(defaultSettings, { 'hub_token.write': () => null })
  expect(findByName('textbox', 'Token for Hugging Face').getAttribute('type')).toBe('password')
  await typeInto('Token for Hugging Face', ' hf_secret ')
  findByName('button', 'Save').click()
  await flushPromises()
  expect(askedFor('hub_token.write')).toEqual([{ token: 'hf_secret' }])
  expect(document.body.textContent).toContain('A token is kept.')
  expect(document.body.innerHTML).not.toContain('hf_secret')
  expect(() => findByName('textbox', 'Token for Hugging Face')).toThrow()

  findByName('button', 'Forget it').click()
  await flushPromises()
  expect(askedFor('hub_token.write')).toEqual([{ token: 'hf_secret' }, { token: null }])
  expect(findByName('textbox', 'Token for Hugging Face')).toHaveProperty('value', '')
})

test('takes back all settings of the section, and the token not', async () => {
  const { askedFor } = await mountNetwork({
    ...manual,
    certificateFile: '/ca.pem',
    downloadLimitBytesPerSecond: 2_500_000,
    theme: 'dark',
  })
  expect(findByName('textbox', 'Download limit in MB/s')).toHaveProperty('value', '2.5')
  findByName('button', 'Reset: Network').click()
  await flushPromises()
  const [written] = askedFor('settings.write')
  expect(written).toMatchObject({
    changes: {
      proxy: defaultSettings.proxy,
      certificateFile: null,
      downloadLimitBytesPerSecond: null,
    },
  })
  expect(written).not.toHaveProperty('changes.theme')
  expect(askedFor('hub_token.write')).toEqual([])
  expect(() => findByName('button', 'Reset: Network')).toThrow()
})
