import { z } from 'zod'
import { toolDefinitionSchema, toolName, toolsSchema } from '../../core/tools/tool-definition.ts'
import { argumentsOf, pythonCall } from '../../core/tools/python-call.ts'
import type { ModelFamily } from '../../shared/engine-api.ts'
import { type ToolCall, type ToolDefinition, toolCallOf } from '../../shared/tools.ts'
import { newApiId } from './api-context.ts'
import { BadRequest } from './api-errors.ts'

const { parameters } = toolDefinitionSchema.shape

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: toolName,
    description: z.string().max(10_000).nullish(),
    parameters: parameters.nullish(),
  }),
})

/** What `/v1/chat/completions` takes for tools, of which ChatGLM3 is told. */
export const toolFields = {
  tools: z.array(tool).nullish(),
  tool_choice: z
    .enum(['auto', 'none'], 'The model itself decides whether it calls a tool: "auto" or "none"')
    .nullish(),
  /** Taken and not needed: ChatGLM3 calls one tool at a time. */
  parallel_tool_calls: z.boolean().nullish(),
}

type ToolFields = z.infer<z.ZodObject<typeof toolFields>>

/** The tools of a request. Throws BadRequest where the model knows none. */
export function toolsOf({ tools, tool_choice }: ToolFields, family: ModelFamily): ToolDefinition[] {
  if (!tools || tools.length === 0 || tool_choice === 'none') return []
  if (family !== 'chatglm3')
    throw new BadRequest(
      'This model calls no tools. Load a ChatGLM3 model, or leave out "tools".',
      'tools',
      'api.unsupported',
    )
  const definitions = tools.map(({ function: { name, description, parameters: given } }) => ({
    ...{ name, description: description ?? '' },
    parameters: given ?? { type: 'object', properties: {} },
  }))
  const parsed = toolsSchema.safeParse(definitions)
  if (parsed.success) return parsed.data
  throw new BadRequest(`tools: ${parsed.error.issues[0]?.message ?? 'are wrong'}.`, 'tools')
}

/** A call as an assistant's message of a request tells it. */
export const givenCall = z.looseObject({
  function: z.looseObject({ name: toolName, arguments: z.string().max(1_000_000) }),
})

const argumentsField = z.record(z.string(), z.json())

/** The call in the form in which ChatGLM3 has written it. Throws BadRequest. */
export function callOf(calls: z.infer<typeof givenCall>[], param: string): ToolCall {
  const [call, second] = calls
  if (!call || second) throw new BadRequest('ChatGLM3 calls one tool at a time.', param)
  const { name, arguments: text } = call.function
  try {
    return {
      name,
      content: pythonCall(argumentsField.parse(JSON.parse(text === '' ? '{}' : text))),
    }
  } catch {
    throw new BadRequest(`The arguments of ${name} are no JSON object.`, param)
  }
}

/** The call that a reply is, in OpenAI's form; null for words, and for what cannot be read. */
export function toolCallField(text: string, tools: ToolDefinition[]) {
  const call = toolCallOf(text, tools)
  if (call === null) return null
  try {
    const given = JSON.stringify(argumentsOf(call.content))
    return {
      ...{ id: newApiId('call'), type: 'function' },
      function: { name: call.name, arguments: given },
    }
  } catch {
    return null // the words show what the model has written
  }
}

/** Whether a reply that has begun so may still become a call. */
export const mayBeCall = (begun: string, tools: ToolDefinition[]): boolean =>
  tools.some(({ name }) =>
    begun.includes('\n') ? begun.split('\n', 1)[0]?.trim() === name : name.startsWith(begun.trim()),
  )
