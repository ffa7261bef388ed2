import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

/** The SHA-256 of every file that an installed engine consists of, by its path below its folder. */
const manifestSchema = z.object({ files: z.record(z.string(), z.string()) })

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Whether the file lies below the folder: one behind a link can be exchanged after it was read. */
async function isBelow(folder: string, file: string): Promise<boolean> {
  return (await realpath(file)).startsWith((await realpath(folder)) + sep)
}

/** Paths below `folder`, step by step: the oldest Electron's Node lists no folder recursively. */
async function filesIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map(async (entry) => {
      const path = `${prefix}${entry.name}`
      return entry.isDirectory() ? filesIn(folder, `${path}/`) : [path]
    })
  return (await Promise.all(paths)).flat()
}

/**
 * The first file of the engine that is not as it was packaged: changed, missing, a link to
 * elsewhere, or added, since an engine loads the modules that it finds. Null when all are. Throws when the manifest is unreadable.
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
    const isAsPackaged = async () =>
      (await isBelow(folder, file)) && (await hashOf(file)) === wanted
    if (!(await isAsPackaged().catch(() => false))) return file
  }
  return null
}
