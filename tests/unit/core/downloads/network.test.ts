import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NetworkOptions } from '../../../../src-main/core/downloads/network.ts'
import {
  parseProxyAddress,
  proxyOfEnvironment,
} from '../../../../src-main/core/downloads/proxy-address.ts'
import {
  customPath,
  described,
  fetchFiles,
  startServer,
  temporaryFolder,
  testModel,
} from '../../../fakes/test-download.ts'
import { type HostileServer, randomContent } from '../../../fakes/hostile-server.ts'
import { startHttpProxy, startSocksProxy } from '../../../fakes/test-proxies.ts'

const content = randomContent(300_000, 1)
const model = testModel([described('model.bin', content)])
const files = { [customPath('model.bin')]: content }

async function fetchThrough(server: HostileServer, network: Partial<NetworkOptions>) {
  const { files: found } = await fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [{ kind: 'custom', base: server.base }],
    network: { proxy: { type: 'none' }, certificateFile: null, ...network },
  })
  expect(found).toEqual(model.files)
}

/** A certificate that only those trust who are told to. */
function makeCertificate() {
  const folder = temporaryFolder()
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject]
  execFileSync('openssl', [...made, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') }
  return { tls, certificateFile: certificate }
}

test('goes through a proxy of the settings, with name and password', async () => {
  const [server, proxy] = [await startServer({ files }), await startHttpProxy()]
  const url = `http://anna:p%40ss@127.0.0.1:${proxy.port}`
  await fetchThrough(server, { proxy: { type: 'manual', url } })

  expect(new Set(proxy.targets)).toEqual(new Set([`127.0.0.1:${server.port}`]))
  expect(proxy.accounts[0]).toBe(`Basic ${Buffer.from('anna:p@ss').toString('base64')}`)
})

test('goes through a SOCKS5 proxy, with name and password', async () => {
  const [server, proxy] = [await startServer({ files }), await startSocksProxy()]
  const url = `socks5://anna:secret@127.0.0.1:${proxy.port}`
  await fetchThrough(server, { proxy: { type: 'manual', url } })

  expect(proxy.targets[0]).toBe(`127.0.0.1:${server.port}`)
  expect(proxy.accounts[0]).toBe('anna:secret')
})

test('goes through the proxy of the environment, and around it for its exceptions', async () => {
  const [server, proxy] = [await startServer({ files }), await startSocksProxy()]
  const environment = { ALL_PROXY: `socks5://127.0.0.1:${proxy.port}` }
  await fetchThrough(server, { proxy: { type: 'environment' }, environment })
  expect(proxy.targets).not.toEqual([])

  const used = proxy.targets.length
  const exceptions = { ...environment, no_proxy: 'localhost, 127.0.0.1' }
  await fetchThrough(server, { proxy: { type: 'environment' }, environment: exceptions })
  expect(proxy.targets).toHaveLength(used)
})

test('asks the system for its proxy of each address', async () => {
  const [server, proxy] = [await startServer({ files }), await startHttpProxy()]
  const asked: string[] = []
  await fetchThrough(server, {
    proxy: { type: 'system' },
    resolveProxy: async (url) => {
      asked.push(url)
      return `PROXY 127.0.0.1:${proxy.port}; DIRECT`
    },
  })

  expect(asked[0]).toBe(`${server.base}${customPath('model.bin')}`)
  expect(proxy.targets).not.toEqual([])
})

test.each(['no', 'http', 'socks5'])(
  'trusts a certificate that the person names, through %s proxy',
  async (scheme) => {
    const { tls, certificateFile } = makeCertificate()
    const server = await startServer({ files, tls })
    if (scheme === 'no') return fetchThrough(server, { certificateFile })
    const proxy = scheme === 'http' ? await startHttpProxy() : await startSocksProxy()
    const url = `${scheme}://127.0.0.1:${proxy.port}`
    await fetchThrough(server, { certificateFile, proxy: { type: 'manual', url } })
    expect(proxy.targets).not.toEqual([])
  },
)

test('says that a certificate is not trusted, and waits', async () => {
  const server = await startServer({ files, tls: makeCertificate().tls })
  const abort = new AbortController()
  const codes: string[] = []
  const fetching = fetchFiles({
    ...{ model, folder: temporaryFolder(), signal: abort.signal },
    sources: [{ kind: 'custom', base: server.base }],
    onProgress: ({ step }) => {
      if (step.type !== 'waiting') return
      codes.push(step.failure.code)
      abort.abort(new Error('seen'))
    },
  })

  await expect(fetching).rejects.toThrow('seen')
  expect(codes).toEqual(['download.untrusted'])
})

test('says which file of certificates cannot be read', async () => {
  const server = await startServer({ files })
  const certificateFile = join(temporaryFolder(), 'none.pem')
  writeFileSync(certificateFile, 'no certificate')
  const network = { certificateFile }
  await expect(fetchThrough(server, network)).rejects.toMatchObject({
    code: 'download.certificate',
  })
})

test.each([
  ['http://host:80', 'http://host/'],
  ['PROXY host:3128; DIRECT', 'http://host:3128/'],
  ['HTTPS host:443', 'https://host/'],
  ['SOCKS5 host:1080', 'socks5://host:1080'],
  ['SOCKS host:1080', 'socks5://host:1080'],
  ['DIRECT', undefined],
])('reads the proxy %s', (text, href) => {
  expect(parseProxyAddress(text)?.href).toBe(href)
})

test.each(['host:80', 'ftp://host', 'PROXY', 'nonsense'])('refuses the proxy %s', (text) => {
  expect(() => parseProxyAddress(text)).toThrow('cannot be used')
})

test.each([
  ['https://a.example/x', { https_proxy: 'http://p:1' }, 'http://p:1'],
  ['http://a.example/x', { https_proxy: 'http://p:1' }, null],
  ['http://a.example/x', { HTTP_PROXY: 'p:1' }, 'http://p:1'],
  ['https://a.example/x', { all_proxy: 'socks5://p:1', no_proxy: '.example' }, null],
  ['https://a.example/x', { all_proxy: 'socks5://p:1', no_proxy: 'b.example' }, 'socks5://p:1'],
  ['https://a.example/x', { all_proxy: 'socks5://p:1', no_proxy: 'a.example:80' }, 'socks5://p:1'],
  ['https://a.example/x', { all_proxy: 'socks5://p:1', NO_PROXY: '*' }, null],
])('finds the proxy of %s in %o', (url, environment, proxy) => {
  expect(proxyOfEnvironment(new URL(url), environment)).toBe(proxy)
})
