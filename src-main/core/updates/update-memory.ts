import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFile } from '../downloads/replace-file.ts'
import semver from 'semver'

const memorySchema = z.object({
  newestVersion: z
    .string()
    .refine((text) => semver.valid(text) !== null)
    .nullable(),
  checkedAtMs: z.number().nullable(),
})

type Memory = z.infer<typeof memorySchema>

/** Remembers the newest version that was ever seen, so that nobody can offer an older one again. */
export class UpdateMemory {
  private memory: Memory = { newestVersion: null, checkedAtMs: null }

  constructor(private readonly file: string) {}

  /** A file that cannot be read is as none: the signature and the version of the app still hold. */
  async load(): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => null)
    if (text === null) return
    try {
      this.memory = memorySchema.parse(JSON.parse(text))
    } catch {
      this.memory = { newestVersion: null, checkedAtMs: null }
    }
  }

  get checkedAtMs(): number | null {
    return this.memory.checkedAtMs
  }

  /** Whether a newer version than this one has been seen before. */
  hasSeenNewerThan(version: string): boolean {
    const { newestVersion } = this.memory
    return newestVersion !== null && semver.gt(newestVersion, version)
  }

  async remember(version: string, checkedAtMs: number): Promise<void> {
    this.memory = { newestVersion: version, checkedAtMs }
    await replaceFile(this.file, JSON.stringify(this.memory))
  }
}
