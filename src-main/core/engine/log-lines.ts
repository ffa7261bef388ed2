/** The last lines of a log. Older ones are dropped. */
export class LogLines {
  private lines: string[] = []

  constructor(private readonly limit = 200) {}

  add(line: string): void {
    this.lines.push(line)
    if (this.lines.length > this.limit) this.lines.shift()
  }

  /** A copy, oldest first. */
  all(): string[] {
    return [...this.lines]
  }
}
