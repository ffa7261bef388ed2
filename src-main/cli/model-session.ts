import { existsSync } from 'node:fs'
import { createCore } from '../core/create-core.ts'
import type { EngineClient } from '../core/engine/engine-client.ts'
import { defaultRestartPolicy, type RestartPolicy } from '../core/engine/crash-window.ts'
import type { EngineProcess } from '../core/engine/engine-process.ts'
import { prepareModel } from '../core/models/prepare-model.ts'
import { resourcesIn } from '../core/resources.ts'
import type { LoadedModel } from '../shared/engine-api.ts'
import { AppError } from '../shared/errors.ts'
import { findByName } from './downloaded-models.ts'
import { loadSchema, type ModelOptions } from './options.ts'
import { placesInCheckout, type ProgramPlaces } from './program-places.ts'
import { describeSpeed, showProgress } from './progress-line.ts'
import { tell, type Terminal } from './terminal.ts'

/** What a command works with. */
export interface CommandContext {
  terminal: Terminal
  env: NodeJS.ProcessEnv
  /** Those in an installed app; left out in a checkout. */
  places?: ProgramPlaces
  /** Aborted when the program is interrupted. */
  signal: AbortSignal
}

export interface EngineSession {
  engine: EngineProcess
  client: EngineClient
  processId: number
  modelsFolder: string
}

/** The end of the engine's log, which tells more than its exit. */
function showLog(terminal: Terminal, lines: string[]): void {
  for (const line of lines.slice(-10)) tell(terminal, `engine: ${line}`)
}

/** Whoever types a command sees its failure at once and types it again. */
const neverAgain: RestartPolicy = { ...defaultRestartPolicy, maxCrashes: 1 }

/** Starts the engine for `work` and ends it afterwards, however that went. */
export async function withEngine<T>(
  { terminal, env, signal, places = placesInCheckout(env) }: CommandContext,
  work: (session: EngineSession) => Promise<T>,
  restart = neverAgain,
): Promise<T> {
  const core = createCore({
    engineFile: places.engineFile,
    engineManifestFile: places.engineManifestFile,
    ...{ env, restart },
  })
  const interrupt = () => void core.engine.stop()
  try {
    const starting = core.engine.start()
    signal.addEventListener('abort', interrupt)
    const client = await starting.finally(() => signal.removeEventListener('abort', interrupt))
    signal.throwIfAborted()
    const { state } = core.engine
    const processId = state.type === 'ready' ? state.processId : 0
    return await work({ engine: core.engine, client, processId, modelsFolder: core.modelsFolder })
  } catch (error) {
    const hasEnded =
      error instanceof AppError && ['engine.failed', 'engine.gone'].includes(error.code)
    if (hasEnded) showLog(terminal, core.engine.lastLogLines())
    throw error
  } finally {
    await core.engine.stop()
  }
}

/** A path, or the name of a downloaded model; the demo model where none is named. */
async function modelPath(context: CommandContext, { model }: ModelOptions): Promise<string> {
  if (model !== undefined) {
    if (existsSync(model)) return model
    const [found] = await findByName(context, model).catch(() => [])
    return found?.file ?? model
  }
  const { resourcesFolder } = context.places ?? placesInCheckout(context.env)
  const demo = resourcesIn(resourcesFolder).demoModelFolder
  if (existsSync(demo)) return demo
  throw new AppError('cli.no_model', 'There is no demo model here. Name a model with --model PATH.')
}

/** The GGUF file of the model that the options name, converted first where that is needed. */
export async function prepareNamed(
  context: CommandContext,
  { client, modelsFolder }: EngineSession,
  options: ModelOptions,
): Promise<string> {
  const line = showProgress(context.terminal, 'Converting the model')
  return prepareModel(client, await modelPath(context, options), {
    modelsFolder,
    type: options.type,
    signal: context.signal,
    onProgress: ({ doneBytes, totalBytes, bytesPerSecond, timeLeftMs }) =>
      line.update(doneBytes / totalBytes, describeSpeed(bytesPerSecond, timeLeftMs)),
  }).finally(() => line.close())
}

/** Loads a GGUF file as the options say. */
export async function loadFile(
  { terminal, signal }: CommandContext,
  client: EngineClient,
  path: string,
  options: ModelOptions,
): Promise<LoadedModel> {
  const loading = showProgress(terminal, 'Loading the model')
  return client
    .request(
      'model.load',
      { path, ...loadSchema.parse(options) },
      { signal, onProgress: ({ fraction }) => loading.update(fraction) },
    )
    .finally(() => loading.close())
}

/** Both, one after the other. */
export async function loadModel(
  context: CommandContext,
  session: EngineSession,
  options: ModelOptions,
): Promise<LoadedModel> {
  const path = await prepareNamed(context, session, options)
  return loadFile(context, session.client, path, options)
}
