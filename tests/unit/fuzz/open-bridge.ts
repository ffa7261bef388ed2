import { z } from 'zod'
import type { WebSocket } from 'ws'
import { mostQuestions } from '../../../src-main/http/app-socket.ts'
import type { Envelope } from '../../../src-main/shared/app-api.ts'

/** An answer as a tab gets it: a value, or a failure of a known kind with a sentence. */
const answerSchema = z.discriminatedUnion('ok', [
  z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({
    id: z.int(),
    ok: z.literal(false),
    error: z.object({
      code: z.string().regex(/^[a-z_]+\.[a-z_0-9]+$/),
      message: z.string().min(11).max(3000),
    }),
  }),
])

/** A question as it is asked, whatever it asks for. */
export interface Question {
  request: unknown
  params: unknown
}

/** Asks over the socket of a tab, many questions at once. */
export function openBridge(socket: WebSocket) {
  const waiting = new Map<number, PromiseWithResolvers<Envelope<unknown>>>()
  let lastId = 0
  let asked: Question | undefined
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString('utf8'))
    if (typeof message === 'object' && message !== null && 'event' in message) return
    const answer = answerSchema.parse(message)
    waiting.get(answer.id)?.resolve(answer)
    waiting.delete(answer.id)
  })
  socket.on('close', (code) => {
    const reason = new Error(`The bridge closed (${code}) after ${JSON.stringify(asked)}.`)
    for (const { reject } of waiting.values()) reject(reason)
  })

  function ask(question: Question): Promise<Envelope<unknown>> {
    const id = (lastId += 1)
    const answer = Promise.withResolvers<Envelope<unknown>>()
    waiting.set(id, answer)
    asked = question
    socket.send(JSON.stringify({ id, ...question }))
    return answer.promise
  }

  /** The answers in the order of the questions, of which as many are open as the host allows. */
  async function askAll(questions: Question[]): Promise<[Question, Envelope<unknown>][]> {
    const answers: [Question, Envelope<unknown>][] = []
    for (let at = 0; at < questions.length; at += mostQuestions) {
      const some = questions.slice(at, at + mostQuestions)
      const envelopes = await Promise.all(some.map(ask))
      for (const [index, envelope] of envelopes.entries()) {
        const question = some[index]
        if (question) answers.push([question, envelope])
      }
    }
    return answers
  }
  return { askAll }
}
