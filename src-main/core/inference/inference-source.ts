import type { ModelFamily, SamplingOptions } from '../../shared/engine-api.ts'
import type { EngineClient } from '../engine/engine-client.ts'

/** A model as programs see it from outside. */
export interface ServedModel {
  /** What `/v1/models` calls it. */
  id: string
  loadedAtMs: number
}

/** A model that is loaded, with the engine that holds it. */
export interface InferenceModel extends ServedModel {
  client: EngineClient
  family: ModelFamily
}

/** Where the HTTP API gets its replies from: the app's model, or that of the command line. */
export interface InferenceSource {
  /** The loaded model; null while there is none. */
  current(): ServedModel | null
  /** Waits for a model. Throws AppError `model.none` when none will come. */
  ready(signal: AbortSignal): Promise<InferenceModel>
  /** What replies are sampled with where a request says nothing. */
  sampling(): SamplingOptions
}

/** The name of a model in letters that need no escaping in an address or a shell. */
export function servedName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
  return plain.replaceAll(/^-+|-+$/gu, '') || 'model'
}
