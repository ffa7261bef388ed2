import { z } from 'zod'
import type { SamplingOptions } from '../../shared/engine-api.ts'
import { BadRequest } from './api-errors.ts'

const mostChoices = 16
const mostStops = 4
const mostStopBytes = 1024
const seedRange = 2 ** 32

const count = z.int().min(1).max(16_777_216)
const stopText = z.string().refine((text) => Buffer.byteLength(text) <= mostStopBytes, {
  message: `A stop text has at most ${mostStopBytes} bytes`,
})

/** What both kinds of completions take. Clients write null for what they leave out. */
export const samplingFields = {
  model: z.string().max(500).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(mostChoices).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.number().refine(Number.isSafeInteger, 'A seed is a whole number').nullish(),
  max_tokens: count.nullish(),
  stop: z
    .union([stopText, z.array(stopText).max(mostStops)])
    .nullish()
    .transform((stop) => (typeof stop === 'string' ? [stop] : (stop ?? [])))
    .transform((stop) => stop.filter((text) => text !== '')),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  /** Not of OpenAI, but known to many local servers. -1 is their word for all. */
  top_k: z.int().min(-1).max(1_000_000).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().min(0.01).max(100).nullish(),
  /** Tokens of prompt and reply together, as in the official code. */
  max_length: count.nullish(),
}

type SamplingFields = z.infer<z.ZodObject<typeof samplingFields>>

/** The engine takes seeds of 32 bits. */
const toSeed = (seed: number): number => ((seed % seedRange) + seedRange) % seedRange

/** What the engine samples with; what the request leaves open is as `otherwise` says. */
export function samplingOf(fields: SamplingFields, otherwise: SamplingOptions): SamplingOptions {
  const asked = {
    temperature: fields.temperature,
    topP: fields.top_p,
    topK: typeof fields.top_k === 'number' ? Math.max(0, fields.top_k) : null,
    minP: fields.min_p,
    repetitionPenalty: fields.repetition_penalty,
    seed: typeof fields.seed === 'number' ? toSeed(fields.seed) : null,
    maxLength: fields.max_length,
    maxNewTokens: fields.max_tokens,
    stop: fields.stop.length > 0 ? fields.stop : null,
  }
  const given = Object.entries(asked).filter(([, value]) => value !== null && value !== undefined)
  return { ...otherwise, ...Object.fromEntries(given) }
}

/** The same for the choice `index` of several, which must differ. */
export function forChoice(sampling: SamplingOptions, index: number): SamplingOptions {
  return sampling.seed === undefined
    ? sampling
    : { ...sampling, seed: toSeed(sampling.seed + index) }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Fields that change the answer in a way that a ChatGLM2 model, or this app, cannot follow. */
const unsupported: Record<string, string> = {
  functions: 'This model calls no functions. Leave out "functions".',
  logit_bias: 'Single tokens cannot be favoured here. Leave out "logit_bias".',
  audio: 'This model only reads and writes text. Leave out "audio".',
  presence_penalty: 'Use "repetition_penalty" (1 is none) instead of "presence_penalty".',
  frequency_penalty: 'Use "repetition_penalty" (1 is none) instead of "frequency_penalty".',
  echo: 'The prompt is not repeated here. Leave out "echo".',
  suffix: 'This model only writes on at the end. Leave out "suffix".',
}

/** Throws BadRequest when the request asks for what would otherwise be left out in silence. */
export function refuseUnsupported(
  body: Record<string, unknown>,
  others: readonly string[] = [],
): void {
  for (const field of others)
    if (!isEmpty(body[field]))
      throw new BadRequest(`Leave out "${field}" here.`, field, 'api.unsupported')
  for (const [field, message] of Object.entries(unsupported))
    if (!isEmpty(body[field])) throw new BadRequest(message, field, 'api.unsupported')
  const format = z.object({ type: z.string() }).safeParse(body['response_format'])
  if (format.success && format.data.type !== 'text')
    throw new BadRequest(
      'This model cannot be held to a format. Ask for it in words and leave out "response_format".',
      'response_format',
      'api.unsupported',
    )
}
