import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import prettyBytes from 'pretty-bytes'
import { AppError } from '../../shared/errors.ts'
import { copyTree } from './copy-tree.ts'
import { diskUse, exists } from './disk-use.ts'

type Report = (doneBytes: number, totalBytes: number) => void

/** Where copies wait, within the new folder, until all of them are whole. */
const draftIn = (folder: string): string => join(folder, draftName)
const draftName = '.chatglm-moving'

const isWithin = (folder: string, other: string): boolean => {
  const path = relative(folder, other)
  return path === '' || (!path.startsWith('..') && !isAbsolute(path))
}

const namesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name !== draftName)

/** Whether files can be renamed from one folder into the other, both of which are there. */
export const isOnOneDisk = async (from: string, to: string): Promise<boolean> =>
  (await stat(from)).dev === (await stat(to)).dev

/** Whether the models of one folder can be moved to another. Throws AppError `storage.*`. */
export async function requireMovable(from: string, to: string): Promise<void> {
  if (isWithin(from, to) || isWithin(to, from)) {
    const message = 'One of the folders lies within the other. Choose a folder beside it.'
    throw new AppError('storage.within', message)
  }
  await mkdir(to, { recursive: true }).catch((cause: unknown) => {
    const message = `${to} cannot be made. Choose a folder that you may write to.`
    throw new AppError('storage.not_writable', message, { cause })
  })
  const names = await namesIn(from)
  const taken = new Set(await readdir(to))
  const clash = names.find((name) => taken.has(name))
  if (clash !== undefined) {
    const message = `There is a "${clash}" in the new folder already. Choose an empty folder.`
    throw new AppError('storage.not_empty', message)
  }
  if (names.length === 0 || (await isOnOneDisk(from, to))) return
  const totalBytes = await diskUse(from)
  const { bavail, bsize } = await statfs(to)
  if (totalBytes <= bavail * bsize) return
  const [need, free] = [prettyBytes(totalBytes), prettyBytes(bavail * bsize)]
  throw new AppError('storage.full', `The models take ${need}, and ${free} are free there.`)
}

/**
 * Copies everything of one folder to where `moveModels` looks for it; nothing else changes, so it
 * can be stopped at any time. Throws the reason of the signal.
 */
export async function copyModels(
  from: string,
  to: string,
  signal: AbortSignal,
  onProgress: Report,
): Promise<void> {
  const totalBytes = await diskUse(from)
  let doneBytes = 0
  onProgress(doneBytes, totalBytes)
  for (const name of await namesIn(from))
    await copyTree(join(from, name), join(draftIn(to), name), signal, (bytes) => {
      doneBytes += bytes
      onProgress(doneBytes, totalBytes)
    })
}

/** Deletes what `copyModels` has copied and nobody will take any more. */
export const dropCopies = (to: string): Promise<void> =>
  rm(draftIn(to), { recursive: true, force: true })

/**
 * Moves everything of one folder into another, one model after another; each is whole in one of
 * them at any moment. Called again after a crash, it goes on.
 */
export async function moveModels(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await namesIn(from)) {
    if (!(await exists(join(to, name)))) await bring(name, from, to)
    await rm(join(from, name), { recursive: true, force: true })
  }
  await rm(from, { recursive: true, force: true })
  await dropCopies(to)
}

/** Takes the copy where there is one. */
async function bring(name: string, from: string, to: string): Promise<void> {
  const copy = join(draftIn(to), name)
  if (await exists(copy)) return rename(copy, join(to, name))
  try {
    await rename(join(from, name), join(to, name))
  } catch (error) {
    const isOtherDisk = error instanceof Error && 'code' in error && error.code === 'EXDEV'
    if (!isOtherDisk) throw error
    await copyTree(join(from, name), copy, new AbortController().signal)
    await rename(copy, join(to, name))
  }
}
