import fastifyStatic from '@fastify/static'
import fastifyWebsocket from '@fastify/websocket'
import fastify, { type FastifyInstance } from 'fastify'
import type { AppServer, HostServices } from '../core/app/app-server.ts'
import { longestFrameBytes, serveSocket } from './app-socket.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { listenError } from './listen-error.ts'
import { refusedPage, tokenPage, welcomePage } from './pages.ts'
import { refusalOf } from './request-guard.ts'
import { createSecret, Session } from './session.ts'

export interface WebServerOptions {
  server: AppServer
  /** The built renderer. */
  rendererFolder: string
  /** 0, or nothing, for any that is free. */
  port?: number
  /** What a browser must bring once; made up when there is none. */
  token?: string
  host?: HostServices
}

export interface WebServer {
  /** With the token. Whoever has it has the chats. */
  address: string
  port: number
  token: string
  /** Ends all connections. */
  close(): Promise<void>
}

const loopback = '127.0.0.1'

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

function portOf(web: FastifyInstance): number {
  const address = web.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Lets nothing pass but the browser on this computer that once brought the token. */
function guard(web: FastifyInstance, session: Session): void {
  web.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    const port = portOf(web)
    if (refusalOf(request.headers, port, request.ws)) {
      return reply.code(403).type('text/html').send(refusedPage)
    }
    const { searchParams, pathname } = new URL(request.url, 'http://localhost')
    const token = searchParams.get('token')
    if (pathname === '/' && token !== null && session.isToken(token)) {
      // The browser itself goes on, since it keeps a strict cookie from redirects of other sites.
      reply.headers({
        'Set-Cookie': session.cookie(port),
        'Cache-Control': 'no-store',
        Refresh: '0; url=/',
      })
      return reply.type('text/html').send(welcomePage)
    }
    if (session.isCookie(port, request.headers.cookie)) return
    return reply.code(401).type('text/html').send(tokenPage)
  })
}

/**
 * Serves the renderer and its bridge (`/bridge`, a WebSocket) to browsers on this computer, and to
 * nobody else. Throws AppError when the port is taken or not allowed.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { server, rendererFolder, port = 0, token = createSecret(), host = {} } = options
  const web = fastify({ forceCloseConnections: true, logger: false })
  await web.register(fastifyWebsocket, { options: { maxPayload: longestFrameBytes } })
  guard(web, new Session(token))
  await web.register(fastifyStatic, {
    root: rendererFolder,
    index: 'index.html',
    list: false,
    dotfiles: 'deny',
    // Files of a build are named by their content; the page itself is not.
    setHeaders: (reply, path) => {
      const isPage = path.endsWith('.html')
      void reply.header(
        'Cache-Control',
        isPage ? 'no-store' : 'private, max-age=31536000, immutable',
      )
    },
  })
  web.get('/bridge', { websocket: true }, (socket) => serveSocket(socket, server, host))
  await web.listen({ host: loopback, port }).catch((error: unknown) => {
    throw listenError(error, loopback, port)
  })
  const actualPort = portOf(web)
  return {
    address: `http://${loopback}:${actualPort}/?token=${token}`,
    port: actualPort,
    token,
    close: () => web.close(),
  }
}
