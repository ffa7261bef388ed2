/** A piece of a line in one colour; `style` holds it for both themes, as custom properties. */
export interface CodeToken {
  readonly text: string
  readonly style?: Record<string, string>
}

export type CodeLine = readonly CodeToken[]

/** Blocks with more lines than this are shown plain. */
export const longestHighlighted = 2_000

/** Lines are drawn in groups, of which only those that changed are drawn again. */
const chunkLines = 50

/** Code that grows at its end. Each line is looked at once, and coloured once it is complete. */
export class HighlightedCode {
  /** Complete lines in groups; a new array after each change, a group only when it changed. */
  chunks: readonly (readonly CodeLine[])[] = []
  /** The line that is being written. */
  partial = ''

  private code = ''
  private lines: string[] = []
  private colored = 0

  get lineCount(): number {
    return this.lines.length + (this.partial === '' ? 0 : 1)
  }

  /** Whether complete lines wait for their colours. */
  get isWaiting(): boolean {
    return this.colored < this.lines.length && this.lines.length <= longestHighlighted
  }

  /** Takes the whole code. Returns false if it does not begin as before, so all starts anew. */
  update(code: string, isComplete: boolean): boolean {
    const isGrowing = code.startsWith(this.code)
    if (!isGrowing) {
      this.chunks = []
      this.lines = []
      this.colored = 0
    }
    const start = isGrowing ? this.code.length - this.partial.length : 0
    const added = code.slice(start).split('\n')
    this.code = code
    this.partial = isComplete ? '' : (added.pop() ?? '')
    if (isComplete && added.at(-1) === '') added.pop()
    this.write(
      this.lines.length,
      added.map((text) => [{ text }]),
    )
    this.lines.push(...added)
    if (this.lines.length > longestHighlighted && this.colored > 0) this.drain()
    return isGrowing
  }

  /** The next lines that wait for their colours, at most so many. */
  nextLines(atMost: number): string[] {
    return this.lines.slice(this.colored, this.colored + atMost)
  }

  /** Takes the colours of the next lines; of no effect once the code has become too long. */
  color(lines: readonly CodeLine[]): void {
    if (!this.isWaiting) return
    this.write(this.colored, lines)
    this.colored += lines.length
  }

  /** Takes the colours away from what has become too long. */
  private drain(): void {
    this.colored = 0
    this.chunks = []
    this.write(
      0,
      this.lines.map((text) => [{ text }]),
    )
  }

  private write(first: number, lines: readonly CodeLine[]): void {
    if (lines.length === 0) return
    const chunks = this.chunks.slice()
    let index = first
    for (const end = first + lines.length; index < end;) {
      const number = Math.floor(index / chunkLines)
      const before = chunks[number] ?? []
      const offset = index - number * chunkLines
      const part = lines.slice(index - first, index - first + chunkLines - offset)
      chunks[number] = [...before.slice(0, offset), ...part, ...before.slice(offset + part.length)]
      index += part.length
    }
    this.chunks = chunks
  }
}
