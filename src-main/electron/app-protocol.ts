import { pathToFileURL } from 'node:url'
import { net, protocol, type Session } from 'electron'
import { contentSecurityPolicy } from '../http/content-security-policy.ts'
import { appScheme, fileOfAddress, isAppAddress } from './app-address.ts'

/** Makes `app://` a scheme with an origin of its own. Must be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

async function serve(address: string, folder: string): Promise<Response> {
  const file = fileOfAddress(address, folder)
  const found = file === null ? null : await net.fetch(pathToFileURL(file).href).catch(() => null)
  const headers = new Headers({
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
  })
  if (!found?.ok) return new Response('There is no such file.', { status: 404, headers })
  const type = found.headers.get('Content-Type')
  if (type) headers.set('Content-Type', type)
  return new Response(found.body, { headers })
}

/** Serves the renderer's files to the session, and lets it load nothing from elsewhere. */
export function serveRenderer(session: Session, folder: string): void {
  session.protocol.handle(appScheme, (request) => serve(request.url, folder))
  session.webRequest.onBeforeRequest((details, callback) => {
    const isOurs = isAppAddress(details.url) || details.url.startsWith('devtools://')
    callback({ cancel: !isOurs })
  })
}
