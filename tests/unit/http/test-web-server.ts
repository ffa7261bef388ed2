import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { AppServer } from '../../../src-main/core/app/app-server.ts'
import { startWebServer, type WebServer } from '../../../src-main/http/web-server.ts'
import type { EventMessage } from '../../../src-main/shared/app-api.ts'

/** An app that answers with what it was asked, and tells events when the test says so. */
export function createEchoServer() {
  const listeners = new Set<(message: EventMessage) => void>()
  let held = Promise.resolve()
  const server: AppServer = {
    handle: async (request, params) => {
      await held
      return request === 'test.echo'
        ? { ok: true, value: params }
        : {
            ok: false,
            error: { code: 'app.unknown_request', message: 'There is no such request.' },
          }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const tell = (message: EventMessage) => listeners.forEach((listener) => listener(message))
  /** Keeps all answers back until the returned function is called. */
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    held = promise
    return () => resolve(undefined)
  }
  return { server, tell, listeners, hold }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** Asks with exactly these headers and this path, as no browser would. */
export async function get(
  { port }: WebServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (piece: string) => (body += piece))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
    asked.on('error', reject).end()
  })
}

/** The cookie that a browser gets for the token. */
export async function cookieOf(web: WebServer): Promise<string> {
  const { headers } = await get(web, `/?token=${web.token}`)
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

/** A tab's socket; rejects with the server's status when it is refused. */
export async function connect(web: WebServer, headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}/bridge`, { headers })
  onTestFinished(() => socket.terminate())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
  })
  return socket
}

/** A tab's socket with everything in order. */
export async function connectTab(web: WebServer): Promise<WebSocket> {
  return connect(web, { cookie: await cookieOf(web), origin: `http://127.0.0.1:${web.port}` })
}

/** The next message that the socket gets. */
export async function nextMessage(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return JSON.parse(data.toString('utf8'))
}

/** A server of an echoing app, with a renderer of two files. */
export async function startTestServer() {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-web-中文 🙂-'))
  await mkdir(join(folder, 'renderer/assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'renderer/index.html'), '<p>The app')
  await writeFile(join(folder, 'renderer/assets/index-1a2b.js'), 'start()')
  const echo = createEchoServer()
  const web = await startWebServer({
    server: echo.server,
    rendererFolder: join(folder, 'renderer'),
  })
  onTestFinished(async () => {
    await web.close()
    await rm(folder, { recursive: true })
  })
  return { web, ...echo }
}
