import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request as it arrived. */
export interface RemoteRequest {
  path: string
  authorization: string | undefined
  body: Record<string, unknown>
}

/** A server of models whose answers are in the test's hands. Whoever starts it closes it. */
export async function startRemoteServer(
  answer: (request: RemoteRequest, response: ServerResponse) => void,
) {
  const requests: RemoteRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
      const { url: path = '', headers } = request
      const one = { path, authorization: headers.authorization, body }
      requests.push(one)
      answer(one, response)
    })
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return {
    address: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** Sends words as a stream of events; `end` tells the reason, the usage and the end. */
export function streamWords(response: ServerResponse, words: string[], end = true): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  const send = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`)
  for (const content of words) send({ choices: [{ index: 0, delta: { content } }] })
  if (!end) return
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: words.length } })
  response.end('data: [DONE]\n\n')
}
