import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConvertType } from '../../shared/engine-api.ts'

/** Raised when the converter writes something else for the same checkpoint. */
const converterVersion = 1

/**
 * A name for what a conversion of the folder gives. It changes when a file does, and costs no
 * reading of gigabytes: sizes and times stand for the contents, except of config.json.
 */
export async function checkpointFingerprint(folder: string, type: ConvertType): Promise<string> {
  const hash = createHash('sha256').update(`${converterVersion} ${type}\n`)
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  for (const name of names.sort()) {
    const { size, mtimeMs } = await stat(join(folder, name))
    hash.update(`${JSON.stringify(name)} ${size} ${mtimeMs}\n`)
    if (name === 'config.json') hash.update(await readFile(join(folder, name)))
  }
  return hash.digest('hex').slice(0, 16)
}
