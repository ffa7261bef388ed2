import { z } from 'zod'
import type { ChatMessage, ModelFamily } from '../../shared/engine-api.ts'
import { systemText, type ToolDefinition } from '../../shared/tools.ts'
import { BadRequest } from './api-errors.ts'
import { callOf, givenCall } from './tool-fields.ts'

const mostMessages = 100_000

const part = z.looseObject({ type: z.string(), text: z.string().optional() })
const message = z.looseObject({
  role: z.string().max(100),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z.array(givenCall).nullish(),
})

/** The messages of a request, as clients write them. */
export const messagesField = z.array(message).min(1, 'There is no message').max(mostMessages)

type GivenMessage = z.infer<typeof message>

function textOf({ content }: GivenMessage, param: string): string {
  if (typeof content === 'string') return content
  return (content ?? [])
    .map(({ type, text }) => {
      if (type === 'text' && text !== undefined) return text
      const problem = `This model only reads text, and a part of the message is "${type}".`
      throw new BadRequest(`${problem} Leave it out.`, param, 'api.unsupported')
    })
    .join('')
}

/** Puts messages that one side said in a row together, since the model knows rounds only. */
function alternating(messages: ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (last === undefined && message.role === 'assistant')
      joined.push({ role: 'user', content: '' })
    if (last && (last.role === 'assistant') === (message.role === 'assistant'))
      last.content += `\n\n${message.content}`
    else joined.push({ ...message })
  }
  return joined
}

/** What one side has said, as the engine is told it; null for the system. */
function messageOf(one: GivenMessage, index: number, family: ModelFamily): ChatMessage | null {
  const { role, tool_calls: calls } = one
  const content = textOf(one, `messages.${index}.content`)
  const hasTools = family === 'chatglm3'
  if (role === 'system' || role === 'developer') return null
  if (role === 'user') return { role, content }
  if (role === 'tool' && hasTools) return { role: 'observation', content }
  if (role === 'assistant') {
    if (!hasTools || !calls || calls.length === 0) return { role, content }
    const call = callOf(calls, `messages.${index}.tool_calls`)
    return { role, content: call.content, tool: call.name }
  }
  throw new BadRequest(
    `The role "${role}" is not known here. Use system, user and assistant.`,
    `messages.${index}.role`,
    role === 'tool' || role === 'function' ? 'api.unsupported' : undefined,
  )
}

/**
 * The conversation for the engine. ChatGLM3 is told the system text and the tools by the system.
 * Otherwise, as the official `openai_api.py` does it, the system text stands directly before the
 * last question. The last message must be a question. Where that code drops messages in silence
 * (two of one side in a row, an answer first) they are kept instead.
 */
export function conversationOf(
  given: GivenMessage[],
  family: ModelFamily = 'chatglm2',
  tools: ToolDefinition[] = [],
): ChatMessage[] {
  const system: string[] = []
  const said = given.flatMap((one, index): ChatMessage[] => {
    const message = messageOf(one, index, family)
    if (message !== null) return [message]
    system.push(textOf(one, `messages.${index}.content`))
    return []
  })
  const messages = alternating(said)
  const last = messages.at(-1)
  if (last === undefined || last.role === 'assistant')
    throw new BadRequest('Invalid request: the last message must be the user’s.', 'messages')
  if (family === 'chatglm3') {
    const content = systemText(system.join('\n'), tools)
    return content === '' ? messages : [{ role: 'system', content }, ...messages]
  }
  last.content = system.join('\n') + last.content
  return messages
}
