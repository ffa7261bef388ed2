import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { header } from '../downloads/http-answer.ts'
import type { HttpAnswer } from '../downloads/http-request.ts'
import { bytesOf, textOf } from './remote-client.ts'
import { cutOff, messageIn } from './remote-problem.ts'

const usage = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
})

const words = z.object({ content: z.string().nullish() })

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: words.nullish(),
        message: words.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: usage.nullish(),
})

/** What a server says of a reply, piece by piece. */
export interface ReplyPiece {
  text: string
  /** Why it ended, once it has. */
  finish: string | null
  usage: z.infer<typeof usage> | null
}

function pieceOf(data: string, url: URL): ReplyPiece {
  const failure = messageIn(data)
  if (failure !== '')
    throw new AppError(
      'remote.failed',
      `${url.host} failed. Ask again later. It says: ${failure}`,
      { words: failure },
    )
  const parsed = chunk.safeParse(jsonOf(data))
  if (!parsed.success)
    throw new AppError(
      'remote.unreadable',
      `${url.host} answered what cannot be read. See that its address leads to an OpenAI-compatible API.`,
    )
  const [choice] = parsed.data.choices
  return {
    text: choice?.delta?.content ?? choice?.message?.content ?? '',
    finish: choice?.finish_reason ?? null,
    usage: parsed.data.usage ?? null,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * The pieces of a reply as they arrive; `onBytes` is called with each sign of life. Throws AppError
 * `remote.cut_off` when the reply does not come to its end.
 */
export async function* replyPieces(
  answer: HttpAnswer,
  onBytes: () => void,
): AsyncGenerator<ReplyPiece> {
  const { url, body } = answer
  if (header(answer.headers, 'content-type')?.includes('text/event-stream') !== true) {
    yield pieceOf(await textOf(answer), url) // a server that does not stream
    return
  }
  const waiting: string[] = []
  const parser = createParser({ onEvent: ({ data }) => void waiting.push(data) })
  const decoder = new TextDecoder()
  let hasEnded = false
  try {
    for await (const bytes of bytesOf(body)) {
      onBytes()
      parser.feed(decoder.decode(bytes, { stream: true }))
      for (const data of waiting.splice(0)) {
        if (data === '[DONE]') return
        const piece = pieceOf(data, url)
        hasEnded ||= piece.finish !== null
        yield piece
      }
    }
  } catch (error) {
    throw error instanceof AppError ? error : cutOff(url)
  }
  if (!hasEnded) throw cutOff(url)
}
