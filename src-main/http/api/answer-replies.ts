import type { FastifyReply } from 'fastify'
import type { GenerateResult } from '../../shared/engine-api.ts'
import type { InferenceModel } from '../../core/inference/inference-source.ts'
import type { ApiContext, Exchange } from './api-context.ts'
import { answerWithEvents, type EventStream } from './event-stream.ts'
import { type IndexedEvent, type ReplyRequest, streamReplies, writeReplies } from './replies.ts'

/** How a route puts replies into its form. */
export interface AnswerForm {
  /** The whole answer. */
  whole(results: GenerateResult[]): object
  /** Before the first event. */
  begin(stream: EventStream): void
  piece(stream: EventStream, event: IndexedEvent): void
  /** After the last one. */
  end(stream: EventStream, results: GenerateResult[]): void
}

export interface ReplyPlan {
  model: InferenceModel
  requests: ReplyRequest[]
  /** How many replies each prompt gets; they stand next to each other. */
  choicesEach: number
  isStream: boolean
  form: AnswerForm
}

/** Writes the replies and answers with them, at once or piece by piece. */
export async function answerReplies(
  context: ApiContext,
  { reply, notes, signal }: Exchange,
  { model, requests, choicesEach, isStream, form }: ReplyPlan,
): Promise<FastifyReply> {
  const release = context.take(requests)
  const count = (result: GenerateResult, index: number) =>
    notes.addReply(result, index % choicesEach === 0)
  if (!isStream) {
    const results = await writeReplies(model.client, requests, signal).finally(release)
    results.forEach(count)
    return reply.send(form.whole(results))
  }
  const events = streamReplies(model.client, requests, signal)
  // What the engine refuses is refused with a status, as long as none is out.
  const first = await events.next().catch((error: unknown) => {
    release()
    throw error
  })
  const results: GenerateResult[] = []
  const write = async (stream: EventStream): Promise<void> => {
    form.begin(stream)
    for (let next = first; next.done !== true; next = await events.next()) {
      const { index, event } = next.value
      form.piece(stream, next.value)
      if (event.type !== 'finished') continue
      results[index] = event.result
      count(event.result, index)
    }
    form.end(stream, results)
  }
  return answerWithEvents(
    reply,
    (stream) => write(stream).finally(release),
    (error) => context.note(error),
  )
}
