import type { ConvertType } from '../../shared/engine-api.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { EngineResult } from '../engine/engine-messages.ts'
import type { TaskProgress } from '../../shared/models.ts'
import { ProgressMeter } from '../progress-meter.ts'

export interface ConvertOptions {
  source: string
  destination: string
  type: ConvertType
  /** What is written stays when this fails or is cancelled, for the next one. */
  keepDraft?: boolean
  signal?: AbortSignal | undefined
  onProgress?: ((progress: TaskProgress) => void) | undefined
}

/**
 * Converts a checkpoint folder to a GGUF file, and goes on with what a killed engine left of it.
 * Throws AppError `engine.cancelled` when the signal is aborted; the destination then is as it was.
 */
export async function convertModel(
  client: EngineClient,
  { source, destination, type, keepDraft = false, signal, onProgress }: ConvertOptions,
): Promise<EngineResult<'model.convert'>> {
  const meter = new ProgressMeter()
  return client.request(
    'model.convert',
    { source, destination, type, keepDraft },
    {
      signal,
      onProgress: ({ doneBytes, totalBytes }) =>
        onProgress?.(meter.update(doneBytes, totalBytes, performance.now())),
    },
  )
}
