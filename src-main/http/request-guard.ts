import type { IncomingHttpHeaders } from 'node:http'

/** Why a request is refused before anything is done for it. */
export type Refusal = 'wrong_host' | 'wrong_origin'

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Refuses what another web page sends: a page whose name was made to point at this computer shows
 * its own name as `Host`, and one that reaches over shows its own address as `Origin`. A WebSocket
 * must show one, since browsers ask no server before they open it.
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  port: number,
  isWebSocket: boolean,
): Refusal | null {
  const hosts = loopbackNames.map((name) => `${name}:${port}`)
  if (!hosts.includes(headers.host ?? '')) return 'wrong_host'
  const { origin } = headers
  if (origin === undefined) return isWebSocket ? 'wrong_origin' : null
  return origin === `http://${headers.host ?? ''}` ? null : 'wrong_origin'
}
