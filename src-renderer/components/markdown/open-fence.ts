import type { Code } from 'mdast'

/** Fenced code whose end has not come. Grows by whole lines, which are looked at once. */
export class OpenFence {
  private isClosed = false
  private closeStart = 0

  private constructor(
    private readonly code: Code,
    private readonly marker: string,
    private readonly contentStart: number,
    /** Up to where lines have been looked at. */
    public end: number,
  ) {}

  /** The fence that begins at `start`, or null if it is closed, indented or not there. */
  static at(source: string, start: number, code: Code): OpenFence | null {
    const opening = /^(?:`{3,}|~{3,})/.exec(source.slice(start, start + 1_000))?.[0]
    const newline = source.indexOf('\n', start)
    if (opening === undefined || newline === -1) return null
    const fence = new OpenFence(code, opening, newline + 1, newline + 1)
    return fence.grow(source) ? null : fence
  }

  /** Looks at the lines that are complete now. Returns whether one of them closes the code. */
  grow(source: string): boolean {
    let newline = source.indexOf('\n', this.end)
    while (newline !== -1 && !this.isClosed) {
      if (this.closes(source.slice(this.end, newline))) {
        this.isClosed = true
        this.closeStart = this.end
      }
      this.end = newline + 1
      newline = source.indexOf('\n', this.end)
    }
    return this.isClosed
  }

  /** Whether the last line, though not ended, closes the code if nothing follows. */
  endsWith(source: string): boolean {
    return this.closes(source.slice(this.end))
  }

  /** The code as it stands; the beginning of a closing line is not shown. */
  node(source: string): Code {
    const partial = source.slice(this.end)
    const isClosing = this.isClosed || isPartOf(partial, this.marker)
    const contentEnd = this.isClosed ? this.closeStart : isClosing ? this.end : source.length
    const value = source.slice(this.contentStart, contentEnd)
    return { ...this.code, value: value.endsWith('\n') ? value.slice(0, -1) : value }
  }

  private closes(line: string): boolean {
    const sequence = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1]
    return sequence?.startsWith(this.marker) === true
  }
}

function isPartOf(line: string, marker: string): boolean {
  const sequence = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1]
  return sequence?.startsWith(marker.charAt(0)) === true
}
