import { AppError } from '../../shared/errors.ts'

const schemes: Partial<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks5',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
}

/**
 * Reads the address of a proxy, or the first entry of an answer such as `PROXY host:80; DIRECT`.
 * Null is none. Throws AppError `download.proxy`.
 */
export function parseProxyAddress(text: string): URL | null {
  const first = text.split(';', 1)[0]?.trim() ?? ''
  if (first === '' || first === 'DIRECT') return null
  const [word = '', place] = first.split(/\s+/)
  const scheme = place === undefined ? undefined : schemes[word.toUpperCase()]
  const address = scheme === undefined || place === undefined ? first : `${scheme}://${place}`
  const url = tryUrl(address)
  if (url && /^(https?|socks[45]?h?):$/.test(url.protocol) && url.hostname !== '') return url
  throw new AppError(
    'download.proxy',
    'The address of the proxy cannot be used. Write it as http://host:port or socks5://host:port in the settings.',
  )
}

function tryUrl(address: string): URL | null {
  try {
    return new URL(address)
  } catch {
    return null // the caller says so
  }
}

/** The variable of the environment that holds for an address, if one does. */
export function proxyOfEnvironment(url: URL, environment: NodeJS.ProcessEnv): string | null {
  const read = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? ''
  const exceptions = read('no_proxy').split(/[\s,]+/)
  if (exceptions.some((entry) => isException(url, entry.toLowerCase()))) return null
  const proxy = read(`${url.protocol.slice(0, -1)}_proxy`) || read('all_proxy')
  if (proxy === '') return null
  return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`
}

/** `host`, `.host` and `*.host` hold for what ends so; `:port` may follow. */
function isException(url: URL, entry: string): boolean {
  if (entry === '') return false
  const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  const urlPort = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  if (port !== undefined && port !== urlPort) return false
  if (host === '*') return true
  const end = host.replace(/^\*?\./, '')
  return url.hostname === end || url.hostname.endsWith(`.${end}`)
}
