import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { newApiToken } from '../../core/api/api-token.ts'
import { messageOf, withKeptModel } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import { addModelOptions, addSamplingOptions, type ModelOptions, numberOf } from '../options.ts'
import { printLine, tell } from '../terminal.ts'

interface Options extends ModelOptions {
  host: string
  port: number
  /** False for none at all. */
  token?: string | false
  origin: string[]
}

const port = z.int().min(0).max(65_535)

function readToken(text: string): string {
  if (/^[\x21-\x7e]{1,500}$/.test(text)) return text
  throw new InvalidArgumentError('It must be of letters, digits and signs without spaces.')
}

/** `chatglm serve`: the model for other programs, over HTTP. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('serve a model to other programs by an OpenAI-compatible API')
    .option('--host <address>', 'address to listen at; 0.0.0.0 for all', '127.0.0.1')
    .option('--port <number>', 'port to listen at; 0 for any that is free', numberOf(port), 8000)
    .option('--token <text>', 'what clients must send (default: a new one, shown)', readToken)
    .option('--no-token', 'let everybody on this computer in')
    .option(
      '--origin <address>',
      'web page that may ask, * for all; may be repeated',
      (text: string, earlier: string[]) => [...earlier, text],
      [],
    )
  addSamplingOptions(addModelOptions(command)).action((options: Options) => serve(context, options))
}

async function serve(context: CommandContext, options: Options): Promise<void> {
  const { terminal, signal } = context
  const { startApiServer } = await import('../../http/api/api-server.ts')
  const { host, token: given, origin: origins } = options
  const token = given === false ? null : (given ?? newApiToken())
  await withKeptModel(context, options, async (source) => {
    const api = await startApiServer({
      ...{ host, port: options.port, token, origins, source },
      log: {
        info: (line) => tell(terminal, line),
        error: (line, error) => tell(terminal, `${line}: ${messageOf(error)}`),
      },
      onRequest: ({ method, path, status, durationMs, generatedTokens }) =>
        tell(terminal, `${method} ${path} ${status}, ${generatedTokens} tokens, ${durationMs} ms`),
    })
    printLine(terminal, `${api.address}/v1`)
    if (token !== null) tell(terminal, `Token: ${token}`)
    tell(terminal, 'Ctrl-C ends the server.')
    if (!signal.aborted) await once(signal, 'abort')
    await api.close()
  })
}
