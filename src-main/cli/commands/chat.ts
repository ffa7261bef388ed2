import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import {
  addAdapterOptions,
  type AdapterOptions,
  prepareNamedAdapter,
  useAdapter,
} from '../adapter-option.ts'
import { runChatLoop } from '../chat-loop.ts'
import { type CommandContext, loadModel, withEngine } from '../model-session.ts'
import { addModelOptions, addSamplingOptions, type ModelOptions, samplingOf } from '../options.ts'
import { readStdin } from '../terminal.ts'
import { writeReply } from '../write-reply.ts'

interface Options extends ModelOptions, AdapterOptions {
  prompt?: string
  json?: boolean
  stats?: boolean
}

/** `chatglm chat`: a conversation in the terminal, or one reply. */
export function addChatCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('chat')
    .description('talk with a model, or answer one prompt given by -p or on stdin')
    .option('-p, --prompt <text>', 'answer this and end')
  addSamplingOptions(addAdapterOptions(addModelOptions(command)))
    .option('--json', 'print each reply as JSON, with its statistics')
    .option('--stats', 'tell the speed of each reply on stderr')
    .action((options: Options) => chat(context, options))
}

/** The one prompt to answer, or null for a conversation. */
async function readPrompt({ terminal, signal }: CommandContext, { prompt }: Options) {
  if (prompt === undefined && terminal.stdin.isTTY === true) return null
  const text = prompt ?? (await readStdin(terminal, signal))
  if (text.trim() !== '') return text
  throw new AppError('cli.empty_prompt', 'The prompt is empty. Give it with -p "…" or on stdin.')
}

async function chat(context: CommandContext, options: Options): Promise<void> {
  const { terminal, signal } = context
  const prompt = await readPrompt(context, options)
  const reply = {
    sampling: samplingOf(options),
    json: options.json === true,
    stats: options.stats === true,
  }
  await withEngine(context, async (session) => {
    const { client } = session
    const adapter = await prepareNamedAdapter(context, session, options)
    await loadModel(context, session, options)
    await useAdapter(client, adapter)
    if (prompt === null) return runChatLoop(terminal, client, reply, signal)
    const messages = [{ role: 'user' as const, content: prompt }]
    await writeReply(terminal, client, messages, reply, signal)
  })
}
