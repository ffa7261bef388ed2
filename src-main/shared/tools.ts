/** A value as JSON holds it. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** A tool that ChatGLM3 is told of, in the form of its official examples. */
export interface ToolDefinition {
  name: string
  description: string
  /** A JSON schema of the arguments. */
  parameters: Record<string, JsonValue>
}

/** The words with which the official examples introduce tools, letter by letter as in training. */
const introduction =
  'Answer the following questions as best as you can. You have access to the following tools:'

/** What the system says first, as the official code puts it; empty for nothing. */
export function systemText(preamble: string, tools: readonly ToolDefinition[]): string {
  if (tools.length === 0) return preamble
  const words = preamble === '' ? introduction : `${preamble}\n${introduction}`
  return `${words}\n${JSON.stringify(tools, null, 4)}`
}

/** A reply that calls a tool: its name, then what ChatGLM3 writes as code. */
export interface ToolCall {
  name: string
  content: string
}

/** The call that a reply is; null for words to the person. A call begins with a tool's name. */
export function toolCallOf(text: string, tools: readonly { name: string }[]): ToolCall | null {
  const [line = ''] = text.split('\n', 1)
  const name = line.trim()
  const content = text.slice(line.length).trim()
  const isKnown = tools.some((tool) => tool.name === name)
  return isKnown && content.includes('tool_call(') ? { name, content } : null
}

/** Tools that the app runs itself: they read nothing of the person's and change nothing. */
export const builtInTools: readonly ToolDefinition[] = [
  {
    name: 'calculator',
    description: 'Computes an arithmetic expression exactly as it is written',
    parameters: {
      type: 'object',
      properties: {
        expression: { type: 'string', description: 'The expression, such as (2 + 3) * sqrt(16)' },
      },
      required: ['expression'],
    },
  },
  {
    name: 'current_time',
    description: 'Tells the date, the time and the day of the week now',
    parameters: {
      type: 'object',
      properties: {
        time_zone: { type: 'string', description: 'A name such as Asia/Shanghai; may be left out' },
      },
      required: [],
    },
  },
]

/** Whether the app can run a tool itself. */
export const isBuiltIn = (name: string): boolean => builtInTools.some((tool) => tool.name === name)

/** What the renderer may ask about tools. */
export interface ToolRequests {
  /** Runs a tool of the app's own for a call. Answers the words for the model. */
  'tool.run': { params: ToolCall; result: { result: string } }
}
