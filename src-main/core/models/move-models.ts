import { cp, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import prettyBytes from 'pretty-bytes'
import { AppError } from '../../shared/errors.ts'
import { diskUse } from './disk-use.ts'

const draftSuffix = '.moving'

const isWithin = (folder: string, other: string): boolean => {
  const path = relative(folder, other)
  return path === '' || (!path.startsWith('..') && !isAbsolute(path))
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

const isOnOneDisk = async (from: string, to: string): Promise<boolean> =>
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
 * Moves everything of one folder into another, one model after another; each is whole in one of
 * them at any moment. Called again after a crash, it goes on.
 */
export async function moveModels(
  from: string,
  to: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<void> {
  await mkdir(to, { recursive: true })
  const totalBytes = await diskUse(from)
  let doneBytes = 0
  for (const name of await namesIn(from)) {
    await moveWhole(join(from, name), join(to, name))
    doneBytes += await diskUse(join(to, name))
    onProgress(doneBytes, totalBytes)
  }
  await rm(from, { recursive: true, force: true })
}

async function moveWhole(from: string, to: string): Promise<void> {
  if (!(await stat(to).catch(() => null))) {
    try {
      return await rename(from, to)
    } catch (error) {
      const isOtherDisk = error instanceof Error && 'code' in error && error.code === 'EXDEV'
      if (!isOtherDisk) throw error
    }
    await copyWhole(from, to)
  }
  await rm(from, { recursive: true, force: true })
}

/** A copy has its name only when it is whole. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}${draftSuffix}`
  await rm(draft, { recursive: true, force: true })
  await cp(from, draft, { recursive: true, preserveTimestamps: true })
  if ((await diskUse(from)) !== (await diskUse(draft)))
    throw new AppError('storage.incomplete', `${from} was not copied whole. It stays where it is.`)
  await rename(draft, to)
}
