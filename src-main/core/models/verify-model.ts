import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Verification } from '../../shared/models.ts'
import { AppError } from '../../shared/errors.ts'
import { sha256OfFile } from '../downloads/hash-file.ts'
import { findManifest, type ModelManifest, sourceFolderOf } from './model-manifest.ts'

interface ExpectedFile {
  path: string
  /** Null where nobody has told it. */
  sha256: string | null
}

/**
 * Hashes a model's GGUF file, and its published files while they are kept, and compares. Throws
 * the reason of the signal, or AppError `model.not_found`.
 */
export async function verifyModel(
  file: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<Verification> {
  const manifest = await findManifest(file)
  const files = await expectedFiles(file, manifest)
  const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size))
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0)
  let earlierBytes = 0
  let ownHash = ''
  for (const [index, { path, sha256 }] of files.entries()) {
    ownHash = await sha256OfFile(path, signal, (doneBytes) =>
      onProgress(earlierBytes + doneBytes, totalBytes),
    )
    earlierBytes += sizes[index] ?? 0
    if (sha256 !== null && sha256 !== ownHash) return { type: 'damaged', path }
  }
  return manifest ? { type: 'sound' } : { type: 'unknown', sha256: ownHash }
}

async function expectedFiles(file: string, manifest: ModelManifest | null) {
  const entry = await stat(file).catch((cause: unknown) => {
    throw new AppError('model.not_found', `${file} is not there any more.`, { cause })
  })
  if (entry.isDirectory())
    throw new AppError('model.no_hash', 'A checkpoint folder has no hash to compare with.')
  const files: ExpectedFile[] = [{ path: file, sha256: manifest?.sha256 ?? null }]
  for (const { path, sha256 } of manifest?.published ?? []) {
    const kept = join(sourceFolderOf(dirname(file)), path)
    if (await stat(kept).catch(() => null)) files.push({ path: kept, sha256 })
  }
  return files
}
