import { basename, resolve } from 'node:path'
import { defaultRestartPolicy } from '../core/engine/crash-window.ts'
import { describeCause } from '../core/engine/engine-exit.ts'
import type { EngineProcess } from '../core/engine/engine-process.ts'
import type { InferenceSource } from '../core/inference/inference-source.ts'
import { KeptInference } from '../core/inference/kept-inference.ts'
import { AppError } from '../shared/errors.ts'
import { type AdapterOptions, prepareNamedAdapter, useAdapter } from './adapter-option.ts'
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

/** What the model is called in answers and results: another adapter makes another model. */
function nameOf(path: string, options: ModelOptions & AdapterOptions): string {
  const { model, adapter, adapterScale = 1 } = options
  const name = model === undefined ? 'chatglm-demo' : basename(path, '.gguf')
  if (adapter === undefined) return name
  const scale = adapterScale === 1 ? '' : ` × ${adapterScale}`
  return `${name} + ${basename(resolve(adapter), '.gguf')}${scale}`
}

/** One of the models of a command; at most one is loaded at a time. */
export interface KeptModel {
  name: string
  /** Loads it in place of another one, unless it is loaded already. */
  use<T>(work: (source: InferenceSource) => Promise<T>): Promise<T>
}

/**
 * Prepares the models that the options name for `work`, which takes long: unlike in other commands,
 * the engine is started again when it crashes, and its model loaded again. Rejects when it is given
 * up.
 */
export async function withKeptModels(
  context: CommandContext,
  named: (ModelOptions & AdapterOptions)[],
  work: (models: KeptModel[]) => Promise<void>,
): Promise<void> {
  await withEngine(
    context,
    async (session) => {
      let loaded: { model: KeptModel; source: InferenceSource; letGo: () => void } | undefined
      const models: KeptModel[] = []
      for (const options of named) {
        const path = await prepareNamed(context, session, options)
        const adapter = await prepareNamedAdapter(context, session, options)
        const name = nameOf(path, options)
        const model: KeptModel = {
          name,
          async use(task) {
            if (loaded?.model !== model) {
              loaded?.letGo()
              loaded = undefined
              const source = new KeptInference({
                ...{ engine: session.engine, name },
                load: async (client) => {
                  const model = await loadFile(context, client, path, options)
                  await useAdapter(client, adapter)
                  return model
                },
                otherwise: samplingOf(options),
                onLoadFailed: (error) =>
                  tell(context.terminal, `The model was not loaded again: ${messageOf(error)}`),
              })
              loaded = { model, source, letGo: await source.keep() }
            }
            return task(loaded.source)
          },
        }
        models.push(model)
      }
      const failed = givenUp(session.engine)
      await Promise.race([work(models), failed]).finally(() => loaded?.letGo())
    },
    defaultRestartPolicy,
  )
}

/** The same with one model, which is loaded at once. */
export async function withKeptModel(
  context: CommandContext,
  options: ModelOptions & AdapterOptions,
  work: (source: InferenceSource) => Promise<void>,
): Promise<void> {
  await withKeptModels(context, [options], async ([model]) => model?.use(work))
}
