import type { ToolDefinition } from './tools.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** In ChatGLM3's own form, or in OpenAI's, which wraps it. */
function toolOf(written: unknown): ToolDefinition | null {
  const tool = isRecord(written) && isRecord(written['function']) ? written['function'] : written
  if (!isRecord(tool)) return null
  const { name, description, parameters } = tool
  if (typeof name !== 'string' || !/^[\p{L}\p{N}_.-]{1,64}$/u.test(name)) return null
  if (typeof description !== 'string' || !isRecord(parameters)) return null
  return { name, description, parameters: parameters as ToolDefinition['parameters'] }
}

/** What a person has written as their tools: a list in JSON. Null when it is none. */
export function parseTools(text: string): ToolDefinition[] | null {
  if (text.trim() === '') return []
  try {
    const written: unknown = JSON.parse(text)
    const tools = Array.isArray(written) ? written.map(toolOf) : [null]
    const known = tools.filter((tool) => tool !== null)
    const names = new Set(known.map(({ name }) => name))
    return known.length === tools.length && names.size === tools.length ? known : null
  } catch {
    return null
  }
}
