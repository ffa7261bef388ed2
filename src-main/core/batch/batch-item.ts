import { createHash } from 'node:crypto'
import { z } from 'zod'

/** The paths of the API that a line may name. */
export const batchPaths = ['/v1/chat/completions', '/v1/completions'] as const
export type BatchPath = (typeof batchPaths)[number]

/** A request that stands in a file. */
export interface BatchItem {
  type: 'item'
  /** Counts from 1. */
  line: number
  /** By which its answer is found again. */
  id: string
  path: BatchPath
  body: Record<string, unknown>
  /** What is asked, for people. */
  prompt: string
}

/** A line that asks for nothing that can be answered. */
export interface BadLine {
  type: 'bad'
  line: number
  /** A sentence. */
  problem: string
}

const id = z.union([z.string().min(1).max(500), z.int()]).transform(String)
const messages = z.array(z.looseObject({ content: z.unknown() }))

/** A line as OpenAI's batches have them. */
const request = z.object({
  custom_id: id,
  method: z.literal('POST').nullish(),
  url: z.enum(batchPaths, `"url" is one of ${batchPaths.join(' and ')}`),
  body: z.looseObject({}),
})

/** A prompt alone, with what the API takes besides. */
const plain = z.looseObject({
  id: id.nullish(),
  prompt: z.string('"prompt" is missing or no text').refine((text) => text.trim() !== '', {
    message: '"prompt" is empty',
  }),
  system: z.string().nullish(),
})

function promptOf(body: Record<string, unknown>): string {
  if (typeof body['prompt'] === 'string') return body['prompt']
  const content = messages.safeParse(body['messages']).data?.at(-1)?.content
  return typeof content === 'string' ? content : ''
}

/** A line without an id gets one of its number and its words, so that another line has another. */
function madeUpId(line: number, value: object): string {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return `line-${line}-${hash.slice(0, 8)}`
}

/** Reads what a line says: a request in OpenAI's form, or an object with a `prompt`. */
export function batchItem(line: number, value: unknown): BatchItem | BadLine {
  const isRequest = typeof value === 'object' && value !== null && 'body' in value
  const parsed = isRequest ? request.safeParse(value) : plain.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
    return { type: 'bad', line, problem: `${where}${issue?.message ?? 'It cannot be read'}.` }
  }
  if (isRequest) {
    const { custom_id, url, body } = request.parse(value)
    return { type: 'item', line, id: custom_id, path: url, body, prompt: promptOf(body) }
  }
  const { id: given, prompt, system, ...rest } = plain.parse(value)
  const asked = [{ role: 'user', content: prompt }]
  const preamble = typeof system === 'string' && system !== ''
  return {
    ...{ type: 'item', line, id: given ?? madeUpId(line, { prompt, system, ...rest }) },
    path: '/v1/chat/completions',
    body: {
      ...rest,
      messages: preamble ? [{ role: 'system', content: system }, ...asked] : asked,
    },
    prompt,
  }
}
