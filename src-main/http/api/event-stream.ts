import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { answerOf } from './api-errors.ts'

/** Proxies close connections on which nothing comes for a while, as during a long prompt. */
const pingMs = 15_000

/** The pieces of an answer as they come: server-sent events, `[DONE]` as the last one. */
export interface EventStream {
  send(data: object): void
}

/**
 * Answers with events that `write` sends. The status is out by then, so a failure becomes an event
 * `{ error }`. When the client goes away, `stop` is called and the rest is not sent.
 */
export function answerWithEvents(
  reply: FastifyReply,
  write: (stream: EventStream) => Promise<void>,
  fail: (error: unknown) => void,
): FastifyReply {
  const body = new PassThrough()
  const ping = setInterval(() => body.write(': ping\n\n'), pingMs)
  body.on('close', () => clearInterval(ping))
  body.on('error', () => undefined) // the client is gone; `close` follows
  const send = (data: string) => {
    if (!body.destroyed) body.write(`data: ${data}\n\n`)
  }
  const work = async (): Promise<void> => {
    try {
      await write({ send: (data) => send(JSON.stringify(data)) })
      send('[DONE]')
    } catch (error) {
      fail(error)
      send(JSON.stringify(answerOf(error).body))
    }
    body.end()
  }
  void work()
  return reply
    .headers({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no', // nginx would keep the events back
    })
    .send(body)
}
