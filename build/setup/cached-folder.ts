import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LockedPackage } from './extract-package.ts'
import { cacheFolder } from './paths.ts'

/** A folder in the cache; its name tells what is in it. */
export function cachedFolder(kind: string, name: string, content: LockedPackage): string {
  const hash = content.integrity.slice(7, 15).replace(/\W/g, '_')
  return join(cacheFolder, kind, `${name}-${hash}`)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * Fills a folder unless it is there. `fill` gets the name of a draft; a folder that exists is
 * complete, since it gets its name last.
 */
export async function fillFolder(
  folder: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return
  const draft = `${folder}.${process.pid}`
  try {
    await fill(draft)
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error // else another set-up was faster
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
