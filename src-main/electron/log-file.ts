import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Logger } from '../core/logger.ts'

const longestFileBytes = 2 * 1024 * 1024

/** A file in the data folder, with the one before it kept. Lines are written one after another. */
export class LogFile implements Logger {
  private readonly file: string
  private written: Promise<void>

  constructor(folder: string) {
    this.file = join(folder, 'app.log')
    this.written = mkdir(folder, { recursive: true })
      .then(() => this.makeRoom())
      .catch(warn)
  }

  info(message: string): void {
    this.write(message)
  }

  error(message: string, error: unknown): void {
    this.write(`${message}: ${inspect(error)}`)
  }

  /** Resolves when everything is in the file. */
  async flush(): Promise<void> {
    await this.written
  }

  private write(line: string): void {
    const text = `${new Date().toISOString()} ${line}\n`
    this.written = this.written.then(() => appendFile(this.file, text)).catch(warn)
  }

  private async makeRoom(): Promise<void> {
    const size = await stat(this.file).then(
      (found) => found.size,
      () => 0, // the first start
    )
    if (size > longestFileBytes) await rename(this.file, `${this.file}.old`)
  }
}

function warn(error: unknown): void {
  process.emitWarning(`The log could not be written: ${String(error)}`)
}
