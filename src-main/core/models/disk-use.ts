import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether there is anything of the name. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Bytes of a file, or of all files in a folder; 0 for what is not there. */
export async function diskUse(path: string): Promise<number> {
  const entry = await stat(path).catch(() => null)
  if (!entry?.isDirectory()) return entry?.size ?? 0
  const names = await readdir(path).catch(() => [])
  const sizes = await Promise.all(names.map((name) => diskUse(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}
