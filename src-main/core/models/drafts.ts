import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

const draftPrefix = 'converting-'

/** Removes what conversions left behind whose process was killed. */
async function removeAbandonedDrafts(modelsFolder: string): Promise<void> {
  for (const name of await readdir(modelsFolder)) {
    if (!name.startsWith(draftPrefix)) continue
    const processId = Number.parseInt(name.slice(draftPrefix.length))
    if (!isRunning(processId)) await rm(join(modelsFolder, name), { recursive: true, force: true })
  }
}

/**
 * Makes a folder for what is being converted, within `folder`. Two programs may convert the same
 * model at once; each writes a file of its own.
 */
export async function makeDraftFolder(folder: string): Promise<string> {
  await removeAbandonedDrafts(folder)
  return mkdtemp(join(folder, `${draftPrefix}${process.pid}-`))
}
