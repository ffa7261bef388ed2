import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { EngineClient } from '../engine/engine-client.ts'
import { checkpointFingerprint } from './checkpoint-fingerprint.ts'
import { exists } from './disk-use.ts'
import { kindOf } from './kind-of-model.ts'

/**
 * Turns what a person names as an adapter into the file that the engine takes. A file is taken as it
 * is; a folder is converted at its first use and found in `folder` afterwards. Throws AppError
 * `model.not_found`, or what the conversion throws.
 */
export async function prepareAdapter(
  client: EngineClient,
  path: string,
  { folder, signal }: { folder: string; signal?: AbortSignal },
): Promise<string> {
  const source = resolve(path)
  if ((await kindOf(source)) === 'file') return source
  const fingerprint = await checkpointFingerprint(source, 'source')
  const destination = join(folder, `${basename(source)}-${fingerprint}.adapter.gguf`)
  if (await exists(destination)) return destination
  await mkdir(folder, { recursive: true })
  await client.request('adapter.convert', { source, destination }, signal ? { signal } : {})
  return destination
}
