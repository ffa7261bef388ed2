import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** After so many starts that failed, the next one is careful. */
export const mostFailedStarts = 3

/**
 * Counts starts that ended before the app could be used. The count is on the disk before anything
 * else is tried, so that it also knows of starts that took the process with them.
 */
export class FailedStarts {
  private readonly file: string
  /** How many starts before this one failed, one after another. */
  readonly count: number

  constructor(dataFolder: string) {
    this.file = join(dataFolder, 'failed-starts')
    this.count = this.read()
  }

  /** Whether this start leaves out what may have been the cause. */
  get isSafeMode(): boolean {
    return this.count >= mostFailedStarts
  }

  /** This start counts as failed until `succeed`. Where nothing can be written, nothing is counted. */
  begin(): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true })
      writeFileSync(this.file, String(this.count + 1))
    } catch (error) {
      warn(error)
    }
  }

  /** The app can be used, or was ended by the person. */
  succeed(): void {
    try {
      rmSync(this.file, { force: true })
    } catch (error) {
      warn(error)
    }
  }

  private read(): number {
    try {
      const count = Number(readFileSync(this.file, 'utf8'))
      return Number.isSafeInteger(count) && count > 0 ? count : 0
    } catch {
      return 0 // the last start succeeded
    }
  }
}

function warn(error: unknown): void {
  process.emitWarning(`Starts could not be counted: ${String(error)}`)
}
