import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { socksDispatcher } from 'fetch-socks'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { AppError } from '../../shared/errors.ts'
import type { ProxySetting } from '../../shared/settings.ts'
import { parseProxyAddress, proxyOfEnvironment } from './proxy-address.ts'

export interface NetworkOptions {
  proxy: ProxySetting
  /** A PEM file of certificates that are trusted besides the usual ones. */
  certificateFile: string | null
  /**
   * For `system`: the proxy of an address, as an address or as `PROXY host:port; DIRECT`; null for
   * none. Without it `system` is `environment`.
   */
  resolveProxy?: ((url: string) => Promise<string | null>) | undefined
  /** Where `environment` looks; the process's own unless told. */
  environment?: NodeJS.ProcessEnv | undefined
}

const connectTimeoutMs = 8000

/** Connections to the world, directly or through proxies. Close it in the end. */
export class Network {
  private readonly dispatchers = new Map<string, Dispatcher>()

  private constructor(
    private readonly options: NetworkOptions,
    private readonly certificates: string[] | undefined,
  ) {}

  /** Throws AppError `download.certificate`. */
  static async open(options: NetworkOptions): Promise<Network> {
    if (options.certificateFile === null) return new Network(options, undefined)
    try {
      const own = await readFile(options.certificateFile, 'utf8')
      if (!own.includes('-----BEGIN CERTIFICATE-----')) throw new Error('There is no PEM in it.')
      return new Network(options, [...rootCertificates, own])
    } catch (cause) {
      const message = `The certificates in ${options.certificateFile} cannot be read. Choose a PEM file in the settings.`
      throw new AppError('download.certificate', message, { cause })
    }
  }

  /** What carries requests to the address. Throws AppError `download.proxy`. */
  async dispatcher(url: URL): Promise<Dispatcher> {
    const proxy = await this.proxyOf(url)
    const key = proxy?.href ?? ''
    const known = this.dispatchers.get(key)
    if (known) return known
    const dispatcher = this.connect(proxy)
    this.dispatchers.set(key, dispatcher)
    return dispatcher
  }

  async close(): Promise<void> {
    await Promise.all([...this.dispatchers.values()].map((dispatcher) => dispatcher.destroy()))
  }

  private async proxyOf(url: URL): Promise<URL | null> {
    const { proxy, resolveProxy, environment = process.env } = this.options
    if (proxy.type === 'none') return null
    if (proxy.type === 'manual') return parseProxyAddress(proxy.url)
    const address =
      proxy.type === 'system' && resolveProxy
        ? await resolveProxy(url.href)
        : proxyOfEnvironment(url, environment)
    return address === null ? null : parseProxyAddress(address)
  }

  private connect(proxy: URL | null): Dispatcher {
    const tls = this.certificates ? { ca: this.certificates } : {}
    const connect = { ...tls, timeout: connectTimeoutMs }
    if (!proxy) return new Agent({ connect })
    const userName = decodeURIComponent(proxy.username)
    const password = decodeURIComponent(proxy.password)
    if (proxy.protocol.startsWith('socks')) {
      const [host, type] = [proxy.hostname.replace(/^\[|\]$/g, ''), socksVersion(proxy)]
      const port = proxy.port === '' ? 1080 : Number(proxy.port)
      const account = userName === '' ? {} : { userId: userName, password }
      return socksDispatcher({ host, port, type, ...account }, { connect })
    }
    const account = Buffer.from(`${userName}:${password}`).toString('base64')
    return new ProxyAgent({
      uri: proxy.origin,
      requestTls: connect,
      proxyTls: connect,
      ...(userName === '' ? {} : { token: `Basic ${account}` }),
    })
  }
}

const socksVersion = (proxy: URL): 4 | 5 => (proxy.protocol.startsWith('socks4') ? 4 : 5)
