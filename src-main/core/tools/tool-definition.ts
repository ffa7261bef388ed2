import { z } from 'zod'
import type { JsonValue, ToolDefinition } from '../../shared/tools.ts'

const mostTools = 32

const json: z.ZodType<JsonValue> = z.json()

/** A name that can be the first line of a reply. */
export const toolName = z.string().regex(/^[\p{L}\p{N}_.-]{1,64}$/u)

/** A tool as a person or a program describes it. */
export const toolDefinitionSchema = z.object({
  name: toolName,
  description: z.string().max(10_000),
  parameters: z.record(z.string(), json),
}) satisfies z.ZodType<ToolDefinition>

/** The tools of a chat or a request; each name once. */
export const toolsSchema = z
  .array(toolDefinitionSchema)
  .max(mostTools)
  .refine(
    (tools) => new Set(tools.map(({ name }) => name)).size === tools.length,
    'Each tool has a name of its own',
  )
