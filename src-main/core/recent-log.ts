import { inspect } from 'node:util'
import type { Logger } from './logger.ts'

const keptLines = 200

/** Passes everything on, and remembers the latest of it for a report of a problem. */
export class RecentLog implements Logger {
  private readonly recent: string[] = []

  constructor(private readonly log: Logger) {}

  info(message: string): void {
    this.keep(message)
    this.log.info(message)
  }

  error(message: string, error: unknown): void {
    this.keep(`${message}: ${inspect(error)}`)
    this.log.error(message, error)
  }

  /** The oldest first. */
  lines(): string[] {
    return [...this.recent]
  }

  private keep(text: string): void {
    this.recent.push(...text.split('\n').map((line) => `${new Date().toISOString()} ${line}`))
    this.recent.splice(0, this.recent.length - keptLines)
  }
}
