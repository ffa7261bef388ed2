import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConvertType } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { exists } from './disk-use.ts'

const draftPrefix = 'converting-'

/** A draft that nobody has written to for so long is removed at the next conversion. */
const keptMs = 7 * 24 * 3600 * 1000

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** All drafts of a source begin with it, and those in one form, or only the former. */
function prefixOf(source: string, type?: ConvertType): string {
  const ofSource = `${draftPrefix}${hashOf(source).slice(0, 16)}-`
  return type === undefined ? ofSource : `${ofSource}${type}-`
}

export interface Draft {
  /** The folder of the result, and of its draft. */
  folder: string
  /** The checkpoint folder that is converted. */
  source: string
  type: ConvertType
  /** Changes when the source does. */
  fingerprint: string
}

/**
 * Lets `write` make a file and gives it its name at the end. A draft lies in a folder of its own
 * whose name is always the same, so that a conversion that was cut off goes on; where another
 * program writes it just now, this one writes a file of its own. What `write` leaves when it fails
 * stays for the next time, until the source changes, `removeDrafts` or a week has passed.
 */
export async function writeDraft(
  { folder, source, type, fingerprint }: Draft,
  result: string,
  write: (destination: string) => Promise<unknown>,
): Promise<void> {
  const draft = join(folder, `${prefixOf(source, type)}${hashOf(fingerprint).slice(0, 16)}`)
  await removeOldDrafts(folder)
  await removeDrafts(folder, source, { type, except: draft })
  await mkdir(draft, { recursive: true })
  try {
    await writeIn(draft, result, write)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'engine.file_busy')) throw error
    const own = await mkdtemp(`${draft}-`)
    await writeIn(own, result, write).finally(() => rm(own, { recursive: true, force: true }))
  }
}

async function writeIn(
  draft: string,
  result: string,
  write: (destination: string) => Promise<unknown>,
): Promise<void> {
  const destination = join(draft, 'model.gguf')
  if (!(await exists(destination))) await write(destination)
  await rename(destination, result)
  await rm(draft, { recursive: true, force: true })
}

/** Removes what conversions of a source have left, all or those in one form. */
export async function removeDrafts(
  folder: string,
  source: string,
  { type, except }: { type?: ConvertType; except?: string } = {},
): Promise<void> {
  for (const name of await namesIn(folder)) {
    const draft = join(folder, name)
    const isKept = except !== undefined && draft.startsWith(except)
    if (name.startsWith(prefixOf(source, type)) && !isKept)
      await rm(draft, { recursive: true, force: true })
  }
}

async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(draftPrefix)) continue
    const draft = join(folder, name)
    if (Date.now() - (await lastWriteMs(draft)) > keptMs)
      await rm(draft, { recursive: true, force: true })
  }
}

/** When a file in it was written last; a conversion writes all the time. */
async function lastWriteMs(draft: string): Promise<number> {
  const paths = [draft, ...(await namesIn(draft)).map((name) => join(draft, name))]
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Math.max(...times)
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])
