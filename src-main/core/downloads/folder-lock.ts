import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

const againMs = 200
/** A lock that nobody renews is old after ten seconds. */
const longestWaitMs = 15_000

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
  const release = await takeFreed(take, folder, { lock, ownerFile })
  try {
    await writeFile(ownerFile, JSON.stringify({ processId: process.pid, host: hostname() }))
  } catch (error) {
    await release()
    throw error
  }
  return async () => {
    await rm(ownerFile, { force: true })
    await release().catch(() => undefined) // whoever took it by force has it
  }
}

type Release = () => Promise<void>

/** Takes the lock from an owner that was killed, whether or not it had written its name by then. */
async function takeFreed(
  take: () => Promise<Release>,
  folder: string,
  { lock, ownerFile }: { lock: string; ownerFile: string },
): Promise<Release> {
  let isRemoved = false
  for (let waitedMs = 0; ;) {
    try {
      return await take()
    } catch (error) {
      if (!isLocked(error)) throw error
      const owner = await stateOfOwner(ownerFile)
      const isHeld = owner === 'running' || (owner === 'gone' && isRemoved)
      if (isHeld || waitedMs > longestWaitMs) throw locked(folder, error)
      if (owner === 'unknown') {
        await delay(againMs)
        waitedMs += againMs
      } else {
        await rm(lock, { recursive: true, force: true })
        isRemoved = true
      }
    }
  }
}

const isLocked = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ELOCKED'

/**
 * An owner that cannot be read is about to write its name, or was killed before it could. In the latter
 * case nobody renews the lock, and it is taken over once it is old.
 */
async function stateOfOwner(ownerFile: string): Promise<'running' | 'gone' | 'unknown'> {
  try {
    const owner = ownerSchema.parse(JSON.parse(await readFile(ownerFile, 'utf8')))
    return owner.host !== hostname() || isRunning(owner.processId) ? 'running' : 'gone'
  } catch {
    return 'unknown'
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
