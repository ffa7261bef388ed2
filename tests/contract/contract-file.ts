import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const cases = z.strictObject({ valid: z.array(z.unknown()).min(1), invalid: z.array(z.unknown()) })

const contractFileSchema = z.strictObject({
  method: z.string(),
  sender: z.enum(['app', 'engine']),
  params: cases,
  result: cases,
  progress: cases.optional(),
  messages: z.strictObject({
    request: z.strictObject({
      jsonrpc: z.literal('2.0'),
      id: z.int(),
      method: z.string(),
      params: z.unknown(),
    }),
    response: z.strictObject({ jsonrpc: z.literal('2.0'), id: z.int(), result: z.unknown() }),
    error: z.strictObject({
      jsonrpc: z.literal('2.0'),
      id: z.int(),
      error: z.strictObject({ code: z.int(), message: z.string().min(1) }),
    }),
    progress: z
      .strictObject({
        jsonrpc: z.literal('2.0'),
        method: z.literal('$/progress'),
        params: z.strictObject({ token: z.union([z.string(), z.int()]), value: z.unknown() }),
      })
      .optional(),
  }),
})

export type ContractFile = z.infer<typeof contractFileSchema>

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'))

/** The files of all methods, as README.md describes them. */
export const contractFiles: ContractFile[] = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json') && name !== 'errors.json')
  .map((name) => contractFileSchema.parse(read(name)))

export const contractErrors = z
  .strictObject({ codes: z.record(z.string(), z.int()) })
  .parse(read('errors.json'))
