import { z } from 'zod'
import type { ChatMessage } from '../../shared/engine-api.ts'
import { BadRequest } from './api-errors.ts'

const mostMessages = 100_000

const part = z.looseObject({ type: z.string(), text: z.string().optional() })
const message = z.looseObject({
  role: z.string().max(100),
  content: z.union([z.string(), z.array(part)]).nullish(),
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
  for (const { role, content } of messages) {
    const last = joined.at(-1)
    if (last === undefined && role === 'assistant') joined.push({ role: 'user', content: '' })
    if (last?.role === role) last.content += `\n\n${content}`
    else joined.push({ role, content })
  }
  return joined
}

/**
 * The conversation for the engine. As the official `openai_api.py` does it, the system text stands
 * directly before the last question, and the last message must be the user's. Where that code
 * drops messages in silence (two of one side in a row, an answer first) they are kept instead.
 */
export function conversationOf(given: GivenMessage[]): ChatMessage[] {
  const system: string[] = []
  const said: ChatMessage[] = []
  for (const [index, one] of given.entries()) {
    const content = textOf(one, `messages.${index}.content`)
    const { role } = one
    if (role === 'system' || role === 'developer') system.push(content)
    else if (role === 'user' || role === 'assistant') said.push({ role, content })
    else
      throw new BadRequest(
        `The role "${role}" is not known here. Use system, user and assistant.`,
        `messages.${index}.role`,
        role === 'tool' || role === 'function' ? 'api.unsupported' : undefined,
      )
  }
  const messages = alternating(said)
  const last = messages.at(-1)
  if (last?.role !== 'user')
    throw new BadRequest('Invalid request: the last message must be the user’s.', 'messages')
  last.content = system.join('\n') + last.content
  return messages
}
