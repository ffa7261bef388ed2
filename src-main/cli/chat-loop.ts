import { createInterface } from 'node:readline/promises'
import type { EngineClient } from '../core/engine/engine-client.ts'
import { isEngineError } from '../core/engine/engine-failure.ts'
import type { ChatMessage } from '../shared/engine-api.ts'
import { AppError } from '../shared/errors.ts'
import { tell, type Terminal } from './terminal.ts'
import { type ReplyOptions, writeReply } from './write-reply.ts'

const greeting =
  '欢迎使用 ChatGLM2-6B 模型，输入内容即可进行对话，clear 清空对话历史，stop 终止程序'

const tooLong =
  'This conversation has become longer than the context. Type "clear" to start a new one, or start ' +
  'the program again with a larger --context-length. The last message was not kept.'

/** What a failed reply means for the conversation: a sentence, or the end. */
function explain(error: unknown): string {
  if (isEngineError(error, 'context_full')) return tooLong
  if (error instanceof AppError && !isEngineError(error, 'gone')) return error.message
  throw error
}

/**
 * Talks with a person until they type `stop`, press Ctrl-C or Ctrl-D at the prompt, or `ended` is
 * aborted. Ctrl-C during a reply ends only the reply. Words like the official demo's go to stderr,
 * replies to stdout. Throws when the engine is gone.
 */
export async function runChatLoop(
  terminal: Terminal,
  client: EngineClient,
  options: ReplyOptions,
  ended: AbortSignal,
): Promise<void> {
  let messages: ChatMessage[] = []
  let reply: AbortController | undefined
  const input = createInterface({
    input: terminal.stdin,
    output: terminal.stderr,
    terminal: terminal.stdin.isTTY === true,
    prompt: '用户：',
  })
  input.on('SIGINT', () => {
    if (reply) reply.abort()
    else input.close()
  })
  const end = () => {
    reply?.abort()
    input.close()
  }
  ended.addEventListener('abort', end)

  const ask = () => {
    tell(terminal, '')
    input.prompt()
  }
  const answer = async (question: string) => {
    terminal.stderr.write('\nChatGLM：')
    reply = new AbortController()
    const asked: ChatMessage[] = [...messages, { role: 'user', content: question }]
    try {
      const { text } = await writeReply(terminal, client, asked, options, reply.signal)
      if (text !== '') messages = [...asked, { role: 'assistant', content: text }]
    } catch (error) {
      tell(terminal, explain(error))
    } finally {
      reply = undefined
    }
  }

  tell(terminal, greeting)
  ask()
  try {
    for await (const line of input) {
      const command = line.trim()
      if (command === 'stop') break
      if (command === 'clear') {
        messages = []
        tell(terminal, greeting)
      } else if (command !== '') {
        await answer(line)
      }
      if (ended.aborted) break
      ask()
    }
  } finally {
    ended.removeEventListener('abort', end)
    input.close()
  }
}
