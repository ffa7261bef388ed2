import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CatalogueFile } from '../../shared/catalogue.ts'
import type { FetchedFile } from './fetch-types.ts'
import { replaceFile } from './replace-file.ts'

const schema = z.object({
  version: z.literal(1),
  files: z.record(
    z.string(),
    z.object({ sizeBytes: z.number(), sha256: z.string(), modifiedMs: z.number() }),
  ),
})
type Files = z.infer<typeof schema>['files']

/** What is known of the whole files of a folder, so that gigabytes are not hashed at each start. */
export class FileLedger {
  private constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {}

  static async open(folder: string): Promise<FileLedger> {
    try {
      const text = await readFile(join(folder, ledgerName), 'utf8')
      return new FileLedger(folder, schema.parse(JSON.parse(text)).files)
    } catch {
      return new FileLedger(folder, {}) // files are hashed again, and nothing else is lost
    }
  }

  /** A file that was sound and has not been touched since; null for any other. */
  async find({ path, sizeBytes, sha256 }: CatalogueFile): Promise<FetchedFile | null> {
    const known = this.files[path]
    if (!known) return null
    const isOther =
      (sizeBytes !== null && sizeBytes !== known.sizeBytes) ||
      (sha256 !== null && sha256 !== known.sha256)
    if (isOther) return null
    const found = await stat(join(this.folder, path)).catch(() => null)
    if (found?.size !== known.sizeBytes || found.mtimeMs !== known.modifiedMs) return null
    return { path, sizeBytes: known.sizeBytes, sha256: known.sha256 }
  }

  async add({ path, sizeBytes, sha256 }: FetchedFile): Promise<void> {
    const { mtimeMs } = await stat(join(this.folder, path))
    this.files[path] = { sizeBytes, sha256, modifiedMs: mtimeMs }
    const text = JSON.stringify({ version: 1, files: this.files }, null, 2)
    await replaceFile(join(this.folder, ledgerName), text)
  }
}

const ledgerName = '.chatglm-files.json'
