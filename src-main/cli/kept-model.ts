import { basename } from 'node:path'
import { defaultRestartPolicy } from '../core/engine/crash-window.ts'
import { describeCause } from '../core/engine/engine-exit.ts'
import type { EngineProcess } from '../core/engine/engine-process.ts'
import type { InferenceSource } from '../core/inference/inference-source.ts'
import { KeptInference } from '../core/inference/kept-inference.ts'
import { AppError } from '../shared/errors.ts'
import { type CommandContext, loadFile, prepareNamed, withEngine } from './model-session.ts'
import { type ModelOptions, samplingOf } from './options.ts'
import { tell } from './terminal.ts'

/** What a failure is called in a line for a person. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Rejects once the engine has crashed so often that it is not started again. */
function givenUp(engine: EngineProcess): Promise<never> {
  return new Promise((_, reject) => {
    engine.onStateChange((state) => {
      if (state.type === 'failed') reject(new AppError('engine.failed', describeCause(state.cause)))
    })
  })
}

/**
 * Loads the model that the options name for `work`, which takes long: unlike other commands, the
 * engine is started again when it crashes, and the model loaded again. Rejects when it is given up.
 */
export async function withKeptModel(
  context: CommandContext,
  options: ModelOptions,
  work: (source: InferenceSource) => Promise<void>,
): Promise<void> {
  await withEngine(
    context,
    async (session) => {
      const path = await prepareNamed(context, session, options)
      const source = new KeptInference({
        engine: session.engine,
        name: options.model === undefined ? 'chatglm-demo' : basename(path, '.gguf'),
        load: (client) => loadFile(context, client, path, options),
        otherwise: samplingOf(options),
        onLoadFailed: (error) =>
          tell(context.terminal, `The model was not loaded again: ${messageOf(error)}`),
      })
      const failed = givenUp(session.engine)
      const letGo = await source.keep()
      await Promise.race([work(source), failed]).finally(letGo)
    },
    defaultRestartPolicy,
  )
}
