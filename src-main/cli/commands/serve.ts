import { once } from 'node:events'
import { basename } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { newApiToken } from '../../core/api/api-token.ts'
import { defaultRestartPolicy } from '../../core/engine/crash-window.ts'
import { describeCause } from '../../core/engine/engine-exit.ts'
import type { EngineProcess } from '../../core/engine/engine-process.ts'
import { KeptInference } from '../../core/inference/kept-inference.ts'
import { AppError } from '../../shared/errors.ts'
import {
  type CommandContext,
  type EngineSession,
  loadFile,
  prepareNamed,
  withEngine,
} from '../model-session.ts'
import {
  addModelOptions,
  addSamplingOptions,
  type ModelOptions,
  numberOf,
  samplingOf,
} from '../options.ts'
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

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Rejects once the engine has crashed so often that it is not started again. */
function givenUp(engine: EngineProcess): Promise<never> {
  return new Promise((_, reject) => {
    engine.onStateChange((state) => {
      if (state.type === 'failed') reject(new AppError('engine.failed', describeCause(state.cause)))
    })
  })
}

async function serve(context: CommandContext, options: Options): Promise<void> {
  // Unlike other commands, a server goes on when the engine has crashed.
  const work = (session: EngineSession) => serveModel(context, session, options)
  await withEngine(context, work, defaultRestartPolicy)
}

async function serveModel(
  context: CommandContext,
  session: EngineSession,
  options: Options,
): Promise<void> {
  const { terminal, signal } = context
  const { startApiServer } = await import('../../http/api/api-server.ts')
  const { host, token: given, origin: origins } = options
  const token = given === false ? null : (given ?? newApiToken())
  const showError = (line: string, error: unknown) => tell(terminal, `${line}: ${messageOf(error)}`)
  const path = await prepareNamed(context, session, options)
  const source = new KeptInference({
    engine: session.engine,
    name: options.model === undefined ? 'chatglm-demo' : basename(path, '.gguf'),
    load: (client) => loadFile(context, client, path, options),
    otherwise: samplingOf(options),
    onLoadFailed: (error) => showError('The model was not loaded again', error),
  })
  const failed = givenUp(session.engine)
  const letGo = await source.keep()
  const api = await startApiServer({
    ...{ host, port: options.port, token, origins, source },
    log: { info: (line) => tell(terminal, line), error: showError },
    onRequest: ({ method, path: asked, status, durationMs, generatedTokens }) =>
      tell(terminal, `${method} ${asked} ${status}, ${generatedTokens} tokens, ${durationMs} ms`),
  })
  printLine(terminal, `${api.address}/v1`)
  if (token !== null) tell(terminal, `Token: ${token}`)
  tell(terminal, 'Ctrl-C ends the server.')
  try {
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), failed])
  } finally {
    letGo()
    await api.close()
  }
}
