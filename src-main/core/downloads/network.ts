import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { rootCertificates } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
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

/** Connections to the world, directly or through proxies. Close it in the end. */
export class Network {
  private readonly agents = new Map<string, HttpAgent>()

  private constructor(
    private readonly options: NetworkOptions,
    /** All that are trusted; undefined for the usual ones. */
    readonly certificates: string[] | undefined,
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
  async agent(url: URL): Promise<HttpAgent> {
    const proxy = await this.proxyOf(url)
    const key = proxy?.href ?? url.protocol
    const known = this.agents.get(key)
    if (known) return known
    const agent = this.connect(proxy, url)
    this.agents.set(key, agent)
    return agent
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy()
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

  private connect(proxy: URL | null, url: URL): HttpAgent {
    const options = { keepAlive: true, ...(this.certificates ? { ca: this.certificates } : {}) }
    if (!proxy) return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
    if (proxy.protocol.startsWith('socks')) return new SocksProxyAgent(remoteNames(proxy), options)
    return new HttpsProxyAgent(proxy, options)
  }
}

/** With these schemes the proxy looks names up; ours may be answered falsely. */
function remoteNames(proxy: URL): string {
  const scheme = proxy.protocol.startsWith('socks4') ? 'socks4a:' : 'socks5h:'
  return proxy.href.replace(/^socks\w*:/, scheme)
}
