import type { WebSocket } from '@fastify/websocket'
import type { AppServer, HostServices } from '../core/app/app-server.ts'
import type { AppFailure } from '../shared/errors.ts'
import { readQuestion } from './socket-messages.ts'

/** Imports arrive in one frame, and a life's chats are some tens of megabytes. */
export const longestFrameBytes = 64 * 1024 * 1024

/** A browser this far behind (a laptop that sleeps) loads anew instead of filling our memory. */
const longestBacklogBytes = 64 * 1024 * 1024
/** A page asks a few things at once. What it asks beyond this is refused until some are answered. */
export const mostQuestions = 256
const heartbeatMs = 30_000
const invalidFrame = 1008
const unanswerable = 1011
const tooSlow = 1013

const tooMany: AppFailure = {
  code: 'app.too_many_requests',
  message: 'Too much was asked at once. Try again in a moment.',
}

/** Whether a browser still answers; one that fell silent is let go. */
function watch(socket: WebSocket): () => void {
  let isAlive = true
  socket.on('pong', () => (isAlive = true))
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, heartbeatMs)
  return () => clearInterval(timer)
}

/** Serves one browser tab until its socket closes: answers what it asks, sends all events. */
export function serveSocket(socket: WebSocket, server: AppServer, host: HostServices): void {
  let open = 0
  const send = (message: object): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > longestBacklogBytes) return socket.close(tooSlow)
    socket.send(JSON.stringify(message))
  }
  const answer = async (frame: string): Promise<void> => {
    const question = readQuestion(frame)
    if (question === null) return socket.close(invalidFrame)
    if (open >= mostQuestions) return send({ id: question.id, ok: false, error: tooMany })
    open += 1
    const envelope = await server.handle(question.request, question.params, host)
    open -= 1
    send({ id: question.id, ...envelope })
  }
  const unsubscribe = server.subscribe(send)
  const unwatch = watch(socket)
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) socket.close(invalidFrame)
    // What is nested too deeply for JSON can be read, but not written.
    else void answer(data.toString('utf8')).catch(() => socket.close(unanswerable))
  })
  socket.on('error', () => socket.terminate()) // `close` follows
  socket.on('close', () => {
    unsubscribe()
    unwatch()
  })
}
