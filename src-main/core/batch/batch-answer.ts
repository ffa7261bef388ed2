import { randomBytes } from 'node:crypto'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { ApiAnswer } from './answer-request.ts'
import type { BatchItem } from './batch-item.ts'

/** An answer as it is written down. */
export interface BatchAnswer {
  id: string
  line: number
  prompt: string
  text: string
  finish: string
  promptTokens: number
  generatedTokens: number
  /** As the API gives it. */
  body: unknown
}

const completion = z.object({
  choices: z
    .array(
      z.object({
        text: z.string().optional(),
        message: z.object({ content: z.string() }).optional(),
        finish_reason: z.string(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }),
})

/** Puts what the API answered together with what was asked. */
export function batchAnswer({ id, line, prompt }: BatchItem, { body }: ApiAnswer): BatchAnswer {
  const { choices, usage } = completion.parse(body)
  const [first] = choices
  return {
    ...{ id, line, prompt, body },
    text: first?.message?.content ?? first?.text ?? '',
    finish: first?.finish_reason ?? '',
    promptTokens: usage.prompt_tokens,
    generatedTokens: usage.completion_tokens,
  }
}

/** What a line of answers begins with, whole or cut off. */
export const jsonLineStart = '{"id":"batch_req-'

/** OpenAI's form of a batch's answer, with the words themselves where scripts find them at once. */
export function jsonLineOf({ id, line, prompt, text, body }: BatchAnswer): string {
  const response = { status_code: 200, request_id: newId('req'), body }
  const head = { id: newId('batch_req'), custom_id: id, line, prompt, answer: text }
  return `${JSON.stringify({ ...head, response, error: null })}\n`
}

const newId = (kind: string): string => `${kind}-${randomBytes(12).toString('hex')}`

const columns = [
  ...['id', 'line', 'prompt', 'answer', 'finish_reason', 'prompt_tokens', 'completion_tokens'],
]

/** What a table of answers begins with: a mark by which spreadsheets know UTF-8, and the columns. */
export const csvHead = `\uFEFF${columns.join(',')}\n`

/** A row of the table, with a line break at its end. */
export function csvRowOf(answer: BatchAnswer): string {
  const { id, line, prompt, text, finish, promptTokens, generatedTokens } = answer
  return stringify([[id, line, prompt, text, finish, promptTokens, generatedTokens]])
}
