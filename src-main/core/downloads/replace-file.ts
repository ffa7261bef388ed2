import { open, rename } from 'node:fs/promises'

/**
 * Puts a text in the place of a file, so that a crash at any moment leaves the old one or the new;
 * which of them, only `syncFolder` settles. Only one call at a time for a file.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
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
