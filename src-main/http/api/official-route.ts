import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ChatMessage, SamplingOptions } from '../../shared/engine-api.ts'
import type { ApiContext, Exchange } from './api-context.ts'
import { answerCode, isCodeRequest } from './code-route.ts'
import { pythonTime } from './python-time.ts'
import { writeReplies } from './replies.ts'

const bodySchema = z.looseObject({
  prompt: z.string(),
  history: z.array(z.tuple([z.string(), z.string()])).nullish(),
  max_length: z.number().nullish(),
  top_p: z.number().nullish(),
  temperature: z.number().nullish(),
})

/** The official `api.py` takes these where a field is missing, and where it is 0. */
const officialDefaults = { maxLength: 2048, topP: 0.7, temperature: 0.95 }

const samplingFields = z.object({
  maxLength: z.int().min(1).max(16_777_216),
  topP: z.number().min(0).max(1),
  temperature: z.number().min(0).max(100),
})

/** As the official code, which takes a 0 for no value. */
const orDefault = (value: number | null | undefined, otherwise: number): number =>
  value === undefined || value === null || value === 0 ? otherwise : value

function samplingOf(body: z.infer<typeof bodySchema>): SamplingOptions {
  return samplingFields.parse({
    maxLength: orDefault(body.max_length, officialDefaults.maxLength),
    topP: orDefault(body.top_p, officialDefaults.topP),
    temperature: orDefault(body.temperature, officialDefaults.temperature),
  })
}

/** `POST /`, as the official `api.py` answers it, or the demo of CodeGeeX2 what is in its form. */
export async function answerOfficial(
  context: ApiContext,
  exchange: Exchange,
): Promise<FastifyReply> {
  const { request, reply, notes, signal } = exchange
  if (isCodeRequest(request.body)) return answerCode(context, exchange)
  const body = bodySchema.parse(request.body)
  const history = body.history ?? []
  const sampling = samplingOf(body)
  const model = await context.model(signal)
  const messages = [
    ...history.flatMap(([question, answer]): ChatMessage[] => [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ]),
    { role: 'user' as const, content: body.prompt },
  ]
  const requests = [{ type: 'chat' as const, messages, sampling }]
  const release = context.take(requests)
  const [result] = await writeReplies(model.client, requests, signal).finally(release)
  if (result === undefined) throw new Error('The engine wrote no reply.')
  notes.addReply(result, true)
  return reply.send({
    response: result.text,
    history: [...history, [body.prompt, result.text]],
    status: 200,
    time: pythonTime(new Date()),
  })
}
