import { constants, copyFile, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FetchedFile } from './fetch-types.ts'
import { sha256OfFile } from './hash-file.ts'
import type { KnownFile } from './source-pool.ts'

export interface AdoptOptions {
  folder: string
  /** Where else the person has files. */
  adoptFrom: string[]
  known: KnownFile
  signal: AbortSignal
  onVerified: (doneBytes: number) => void
}

export interface Adoption {
  file: FetchedFile | null
  /** What a file in the way with other contents is called now. */
  movedTo: string | null
}

/** Takes a file that other tools have fetched instead of fetching it. */
export async function adoptFile(options: AdoptOptions): Promise<Adoption> {
  const { folder, adoptFrom, known } = options
  const target = join(folder, known.path)
  const own = await examine(target, options)
  if (own !== 'absent' && own !== 'other') return { file: own, movedTo: null }
  const movedTo = own === 'other' ? await setAside(target) : null
  for (const other of adoptFrom) {
    const found = await examine(join(other, known.path), options)
    // Without a hash only the place vouches for a file, and this one is not ours.
    if (found === 'absent' || found === 'other' || known.sha256 === null) continue
    await copySafely(join(other, known.path), target)
    return { file: found, movedTo }
  }
  return { file: null, movedTo }
}

async function examine(
  path: string,
  { known, signal, onVerified }: AdoptOptions,
): Promise<FetchedFile | 'absent' | 'other'> {
  const found = await stat(path).catch(() => null)
  if (!found) return 'absent'
  const sizeBytes = found.size
  if (!found.isFile() || (known.sizeBytes !== null && known.sizeBytes !== sizeBytes)) return 'other'
  const sha256 = await sha256OfFile(path, signal, onVerified)
  if (known.sha256 !== null && known.sha256 !== sha256) return 'other'
  return { path: known.path, sizeBytes, sha256 }
}

/** Nothing that a person has is deleted, however useless it looks. */
async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `${path}.other-${number}`
    if ((await stat(name).catch(() => null)) !== null) continue
    await rename(path, name)
    return name
  }
}

async function copySafely(from: string, to: string): Promise<void> {
  const draft = `${to}.copy`
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE)
    const handle = await open(draft, 'r+')
    await handle.sync().finally(() => handle.close())
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
