import { open, rename, rm } from 'node:fs/promises'

/**
 * Puts a text in the place of a file, so that a crash at any moment leaves the old one or the new;
 * which of them, only `syncFolder` settles. Only one call at a time for a file. `mode` is of the rights.
 */
export async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const draft = `${path}.new`
  await rm(draft, { force: true }) // its mode would stay
  try {
    await writeLasting(draft, text, mode)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined) // the first failure tells more
    throw error
  }
}

async function writeLasting(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes names in a folder lasting. Windows has no such call, and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
