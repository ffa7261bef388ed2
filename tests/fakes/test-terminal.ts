import { PassThrough } from 'node:stream'
import type { Terminal } from '../../src-main/cli/terminal.ts'
import { until } from './wait.ts'

/** A terminal whose keyboard and screen are in the test's hands. */
export class TestTerminal implements Terminal {
  readonly stdin: PassThrough & { isTTY?: boolean } = new PassThrough()
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  private output = ''
  private words = ''

  /** `isInteractive` is whether a person sits at the keyboard. */
  constructor({ isInteractive }: { isInteractive: boolean }) {
    if (isInteractive) this.stdin.isTTY = true
    this.stdout.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    this.stderr.setEncoding('utf8').on('data', (text: string) => (this.words += text))
  }

  get stdoutText(): string {
    return this.output
  }

  get stderrText(): string {
    return this.words
  }

  /** Waits until the screen has shown `text` so many times. */
  async untilShown(text: string, count = 1): Promise<void> {
    await until(() => (this.output + this.words).split(text).length > count)
  }
}
