import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { officialCodeSampling } from '../../shared/code.ts'
import { withLanguageTag } from '../../shared/code-languages.ts'
import type { ApiContext, Exchange } from './api-context.ts'
import { expectLanguage } from './code-fields.ts'
import { pythonTime } from './python-time.ts'
import { writeReplies } from './replies.ts'

/** The official demo counts the prompt, too. */
const officialMaxLength = 128

const { temperature, topP, topK } = officialCodeSampling

/** Unlike `api.py` of ChatGLM2, the demo of CodeGeeX2 takes a 0 as it is. */
const bodySchema = z.looseObject({
  prompt: z.string(),
  lang: z.string().max(64),
  max_length: z.int().min(1).max(16_777_216).default(officialMaxLength),
  top_p: z.number().min(0).max(1).default(topP),
  temperature: z.number().min(0).max(100).default(temperature),
  top_k: z.int().min(0).max(1_000_000).default(topK),
})

/** Whether a request of `POST /` is in the form of CodeGeeX2's demo: `api.py` knows no language. */
export const isCodeRequest = (body: unknown): boolean =>
  z.looseObject({ lang: z.string() }).safeParse(body).success

/** `POST /`, as the official demo of CodeGeeX2 (`fastapicpu.py`) answers it. */
export async function answerCode(
  context: ApiContext,
  { request, reply, notes, signal }: Exchange,
): Promise<FastifyReply> {
  const body = bodySchema.parse(request.body)
  const { lang } = body
  const isPlain = lang === 'None' // the word of Python that its page sends for no language
  const prompt = isPlain ? body.prompt : withLanguageTag(expectLanguage(lang), body.prompt)
  const sampling = {
    maxLength: body.max_length,
    ...{ topP: body.top_p, temperature: body.temperature, topK: body.top_k },
  }
  const model = await context.model(signal)
  const requests = [{ type: 'completion' as const, prompt, sampling }]
  const release = context.take(requests)
  const [result] = await writeReplies(model.client, requests, signal).finally(release)
  if (result === undefined) throw new Error('The engine wrote no reply.')
  notes.addReply(result, true)
  return reply.send({ response: result.text, lang, status: 200, time: pythonTime(new Date()) })
}
