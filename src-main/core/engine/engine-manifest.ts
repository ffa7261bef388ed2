import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

/** The SHA-256 of every file that an installed engine consists of, by its path below its folder. */
const manifestSchema = z.object({ files: z.record(z.string(), z.string()) })

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}

/**
 * The first file of the engine that is not as it was packaged: changed, missing or added, since an
 * engine loads the modules that it finds. Null when all are. Throws when the manifest is unreadable.
 */
export async function findAlteredFile(
  engineFile: string,
  manifestFile: string,
): Promise<string | null> {
  const { files } = manifestSchema.parse(JSON.parse(await readFile(manifestFile, 'utf8')))
  const folder = dirname(engineFile)
  const added = (await filesIn(folder)).find((path) => files[path] === undefined)
  if (added !== undefined) return join(folder, added)
  for (const [path, wanted] of Object.entries(files)) {
    const file = join(folder, path)
    if ((await hashOf(file).catch(() => null)) !== wanted) return file
  }
  return null
}
