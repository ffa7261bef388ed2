import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ConvertType } from '../../shared/engine-api.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { TaskProgress } from '../../shared/models.ts'
import { exists } from './disk-use.ts'
import { writeDraft } from './drafts.ts'
import { checkpointFingerprint } from './checkpoint-fingerprint.ts'
import { convertModel } from './convert-model.ts'
import { kindOf } from './kind-of-model.ts'

export interface PrepareOptions {
  /** The folder of all converted models. */
  modelsFolder: string
  type: ConvertType
  signal?: AbortSignal | undefined
  /** Called only when there is something to convert. */
  onProgress?: ((progress: TaskProgress) => void) | undefined
}

/**
 * Turns what a person names as a model into a GGUF file. A file is taken as it is; a checkpoint
 * folder is converted at its first use and found in `modelsFolder` afterwards; a conversion that was
 * cut off goes on. Throws AppError `model.not_found`, or what the conversion throws.
 */
export async function prepareModel(
  client: EngineClient,
  path: string,
  { modelsFolder, type, signal, onProgress }: PrepareOptions,
): Promise<string> {
  const source = resolve(path)
  if ((await kindOf(source)) === 'file') return source
  const fingerprint = await checkpointFingerprint(source, type)
  const prepared = join(modelsFolder, `${basename(source)}-${type}-${fingerprint}.gguf`)
  if (await exists(prepared)) return prepared

  await mkdir(modelsFolder, { recursive: true })
  await writeDraft({ folder: modelsFolder, source, type, fingerprint }, prepared, (destination) =>
    convertModel(client, {
      ...{ source, destination, type, signal, onProgress },
      keepDraft: true,
    }),
  )
  return prepared
}
