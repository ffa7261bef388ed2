import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

const ownerSchema = z.object({ processId: z.number(), host: z.string() })

/**
 * Takes a folder for this process, so that two never write into it. Gives what returns it. Throws
 * AppError `download.locked`. `onLost` is called should somebody take it away by force.
 */
export async function lockFolder(
  folder: string,
  onLost: (error: AppError) => void,
): Promise<() => Promise<void>> {
  const lock = join(folder, '.chatglm.lock')
  const ownerFile = join(folder, '.chatglm.lock.json')
  const take = () =>
    lockfile.lock(folder, {
      lockfilePath: lock,
      realpath: false,
      onCompromised: (cause) => onLost(lockLost(folder, cause)),
    })
  const release = await take().catch(async (error: unknown) => {
    if (!isLocked(error)) throw error
    if (await isOwnerAlive(ownerFile)) throw locked(folder, error)
    await rm(lock, { recursive: true, force: true }) // its owner was killed
    return take().catch((again: unknown) => {
      throw isLocked(again) ? locked(folder, again) : again
    })
  })
  await writeFile(ownerFile, JSON.stringify({ processId: process.pid, host: hostname() }))
  return async () => {
    await rm(ownerFile, { force: true })
    await release().catch(() => undefined) // whoever took it by force has it
  }
}

const isLocked = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ELOCKED'

/** An owner that cannot be read is taken for one that is about to write its name. */
async function isOwnerAlive(ownerFile: string): Promise<boolean> {
  try {
    const owner = ownerSchema.parse(JSON.parse(await readFile(ownerFile, 'utf8')))
    return owner.host !== hostname() || isRunning(owner.processId)
  } catch {
    return true
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const locked = (folder: string, cause: unknown): AppError => {
  const message = `Another program is filling ${folder}. Wait until it has finished, or end it there.`
  return new AppError('download.locked', message, { cause })
}

const lockLost = (folder: string, cause: unknown): AppError => {
  const message = `Another program has taken ${folder} over. See that only one is downloading, and try again.`
  return new AppError('download.lock_lost', message, { cause })
}
