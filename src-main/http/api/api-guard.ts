import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { AppError } from '../../shared/errors.ts'
import { isSameSecret } from '../session.ts'

const loopbackNames = ['127.0.0.1', 'localhost', '::1']

/** Whether only this computer can reach the address. */
export const isLoopback = (host: string): boolean =>
  loopbackNames.includes(host) || /^127(\.\d{1,3}){3}$/.test(host)

/** The name in a Host header, without its port. */
function nameIn(header: string): string {
  const bare = header.startsWith('[') ? header.slice(1, header.indexOf(']')) : header.split(':')[0]
  return (bare ?? '').toLowerCase()
}

/**
 * Whether a request meant us. A web page can make its own name point at this computer, but then
 * it shows that name; numbers and the computer's own names cannot be made to.
 */
function isOurName(header: string, boundHost: string): boolean {
  const name = nameIn(header)
  if (loopbackNames.includes(name)) return true
  if (isLoopback(boundHost)) return name === boundHost
  const own = hostname().toLowerCase()
  return isIP(name) !== 0 || [boundHost.toLowerCase(), own, `${own}.local`].includes(name)
}

/** Whether web pages of this origin may ask. */
export const isAllowedOrigin = (origin: string, origins: readonly string[]): boolean =>
  origins.includes('*') || origins.includes(origin)

/** Throws AppError `api.refused` for what another web page may have sent. */
export function refuseStrangers(
  { host, origin }: IncomingHttpHeaders,
  boundHost: string,
  origins: readonly string[],
): void {
  if (!isOurName(host ?? '', boundHost))
    throw new AppError(
      'api.refused',
      `This API does not answer to the name "${host ?? ''}". Use the address that the app shows.`,
    )
  if (origin === undefined || isAllowedOrigin(origin, origins)) return
  throw new AppError(
    'api.refused',
    `The page ${origin} is not allowed to use this API. Add it to the allowed origins in the settings.`,
  )
}

/** Throws AppError `api.token_missing` unless the request brings the token. */
export function expectToken({ authorization }: IncomingHttpHeaders, token: string | null): void {
  if (token === null) return
  const [scheme = '', given = ''] = (authorization ?? '').split(' ', 2)
  if (scheme.toLowerCase() === 'bearer' && isSameSecret(given, token)) return
  throw new AppError(
    'api.token_missing',
    'The token is missing or wrong. Send "Authorization: Bearer …" with the token that the app shows.',
  )
}
