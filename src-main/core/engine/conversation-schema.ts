import { z } from 'zod'
import type { ChatMessage } from '../../shared/engine-api.ts'

const message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'observation']),
  content: z.string(),
  tool: z.string().exactOptional(),
}) satisfies z.ZodType<ChatMessage>

/** How many questions and answers alternate, behind what the system says; NaN when they do not. */
function countAlternating(messages: ChatMessage[]): number {
  const said = messages[0]?.role === 'system' ? messages.slice(1) : messages
  const alternate = said.every(({ role }, index) =>
    (index % 2 === 0 ? ['user', 'observation'] : ['assistant']).includes(role),
  )
  return alternate && said.length > 0 ? said.length : NaN
}

/** Messages whose last one is a question. */
export const conversation = z
  .array(message)
  .refine(
    (messages) => countAlternating(messages) % 2 === 1,
    'The roles must alternate, from a question to a question.',
  )

/** Messages whose last one is an answer. */
export const finishedConversation = z
  .array(message)
  .refine(
    (messages) => countAlternating(messages) % 2 === 0,
    'The roles must alternate, from a question to an answer.',
  )
