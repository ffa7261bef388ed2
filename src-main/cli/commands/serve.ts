import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { newApiToken } from '../../core/api/api-token.ts'
import type { Logger } from '../../core/logger.ts'
import { appVersion } from '../../http/app-version.ts'
import { addAdapterOptions, type AdapterOptions } from '../adapter-option.ts'
import { messageOf, withKeptModel } from '../kept-model.ts'
import type { CommandContext } from '../model-session.ts'
import { addModelOptions, addSamplingOptions, type ModelOptions, numberOf } from '../options.ts'
import { placesInCheckout } from '../program-places.ts'
import { printLine, tell, type Terminal } from '../terminal.ts'

interface Options extends ModelOptions, AdapterOptions {
  host: string
  port?: number
  web?: boolean
  /** False for none at all. */
  token?: string | false
  origin: string[]
}

const port = z.int().min(0).max(65_535)
const apiPort = 8000

/** Lines and failures go to stderr; stdout belongs to the address. */
const logTo = (terminal: Terminal): Logger => ({
  info: (line) => tell(terminal, line),
  error: (line, error) => tell(terminal, `${line}: ${messageOf(error)}`),
})

function readToken(text: string): string {
  if (/^[\x21-\x7e]{1,500}$/.test(text)) return text
  throw new InvalidArgumentError('It must be of letters, digits and signs without spaces.')
}

/** `chatglm serve`: the model for other programs, over HTTP. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description(
      'serve a model to other programs by an OpenAI-compatible API, or the app to a browser',
    )
    .option('--web', 'the app, with its chats and models, to a browser on this computer')
    .option('--host <address>', 'address to listen at; 0.0.0.0 for all', '127.0.0.1')
    .option(
      '--port <number>',
      `port to listen at; 0 for any that is free (default: ${apiPort}, with --web 0)`,
      numberOf(port),
    )
    .option('--token <text>', 'what clients must send (default: a new one, shown)', readToken)
    .option('--no-token', 'let everybody on this computer in')
    .option(
      '--origin <address>',
      'web page that may ask, * for all; may be repeated',
      (text: string, earlier: string[]) => [...earlier, text],
      [],
    )
  addSamplingOptions(addAdapterOptions(addModelOptions(command))).action((options: Options) => {
    if (options.web) return serveWeb(context, options.port ?? 0)
    return serve(context, options)
  })
}

/** Runs the whole app, until it is interrupted, for a browser on this computer. */
async function serveWeb({ terminal, env, signal, places }: CommandContext, port: number) {
  const { appFolder, ...parts } = places ?? placesInCheckout(env)
  const { serveApp } = await import('../../http/serve-app.ts')
  const app = await serveApp(
    { ...parts, version: appVersion(appFolder) },
    { env, port, log: { ...logTo(terminal), info: () => undefined } },
  )
  printLine(terminal, `ChatGLM Desktop: ${app.address}`)
  tell(terminal, 'Open this address in a browser on this computer. Ctrl-C ends the app.')
  if (!signal.aborted) await once(signal, 'abort')
  await app.close()
}

async function serve(context: CommandContext, options: Options): Promise<void> {
  const { terminal, signal } = context
  const { startApiServer } = await import('../../http/api/api-server.ts')
  const { host, token: given, origin: origins } = options
  const token = given === false ? null : (given ?? newApiToken())
  await withKeptModel(context, options, async (source) => {
    const api = await startApiServer({
      ...{ host, port: options.port ?? apiPort, token, origins, source },
      log: logTo(terminal),
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
