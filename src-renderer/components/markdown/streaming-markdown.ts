import type { List, ListItem, RootContent } from 'mdast'
import { canCutBefore, hasBlankLineBefore, startOf } from './block-cuts.ts'
import { OpenFence } from './open-fence.ts'
import { normalizeSource, parseMarkdown } from './parse-markdown.ts'
import { appendPlain, isSameNode } from './nodes.ts'

/** A block at the top of a text. The key stays the same while the block grows. */
export interface MarkdownBlock {
  readonly key: number
  readonly node: RootContent
  /** Whether more may be added to it. */
  readonly isOpen: boolean
}

/** Open blocks longer than this are parsed again only when they have grown by a fraction. */
const longBlock = 2_048
const growthFraction = 1 / 16

/**
 * Parses a text that grows at its end, at a cost that is linear in its length: finished blocks, and
 * finished items of a list, are never parsed again. A link or footnote whose definition follows
 * later stays text until `finish`.
 */
export class StreamingMarkdown {
  /** A new array after each change; blocks that did not change stay the same objects. */
  blocks: readonly MarkdownBlock[] = []
  /** How much was parsed so far, again and again. */
  parsedCharacters = 0

  private source = ''
  private readonly settled: MarkdownBlock[] = []
  /** Where the part that is still parsed begins. */
  private tailStart = 0
  /** The finished items of the list that the tail begins with. */
  private list: { key: number; node: List; items: ListItem[] } | null = null
  private fence: OpenFence | null = null
  /** What the last parse of the tail gave, and how far it went. */
  private tail: MarkdownBlock[] = []
  private parsedEnd = 0

  /** Takes the whole text as it stands now. One that does not begin as before starts anew. */
  update(text: string): void {
    const source = normalizeSource(text.endsWith('\r') ? text.slice(0, -1) : text)
    if (source === this.source) return
    if (!source.startsWith(this.source)) this.reset()
    this.source = source
    if (this.fence !== null && this.growFence(this.fence)) return
    const unparsed = source.length - this.parsedEnd
    const length = source.length - this.tailStart
    if (length > longBlock && unparsed < length * growthFraction) this.showUnparsed()
    else this.parseTail()
  }

  /** Takes the text as final: the blocks are then what a parse of all of it gives. */
  finish(text: string): void {
    this.update(text)
    this.source = normalizeSource(text)
    if (this.source.includes(']:')) this.parseAll()
    else if (!this.fence?.endsWith(this.source)) this.parseTail()
    this.blocks = this.blocks.map((block) => (block.isOpen ? { ...block, isOpen: false } : block))
  }

  private reset(): void {
    this.settled.length = 0
    this.tailStart = this.parsedEnd = 0
    this.list = this.fence = null
    this.tail = []
  }

  private parse(source: string): RootContent[] {
    this.parsedCharacters += source.length
    return parseMarkdown(source).children
  }

  private parseTail(): void {
    this.fence = null
    this.parsedEnd = this.source.length
    const base = this.tailStart
    const source = this.source.slice(base)
    const nodes = this.parse(source)
    let cut = nodes.length - 1
    while (cut > 0 && !canCutBefore(source, nodes, cut)) cut--
    const blocks = nodes.map((node, index) => this.blockOf(source, node, index))
    if (cut > 0) this.settle(blocks.splice(0, cut), startOf(source, nodes[cut]))
    this.tail = blocks
    this.show()
    const last = nodes.at(-1)
    if (blocks.length !== 1 || last === undefined) return
    if (last.type === 'list') this.settleItems(source, base, last)
    if (last.type === 'code') this.fence = OpenFence.at(this.source, this.tailStart, last)
  }

  /** The block of a node of the tail; the first one may go on a list whose items are settled. */
  private blockOf(source: string, node: RootContent, index: number): MarkdownBlock {
    const list = index === 0 ? this.list : null
    if (list === null || node.type !== 'list')
      return { key: this.tailStart + startOf(source, node), node, isOpen: true }
    const spread = list.node.spread === true || node.spread === true
    const children = [...list.items, ...node.children]
    return { key: list.key, node: { ...list.node, spread, children }, isOpen: true }
  }

  private settle(blocks: MarkdownBlock[], length: number): void {
    for (const block of blocks) this.settled.push({ ...block, isOpen: false })
    this.tailStart += length
    this.list = null
  }

  /** Takes the finished items of the list that the tail consists of out of it. */
  private settleItems(source: string, base: number, node: List): void {
    let cut = node.children.length - 1
    while (cut > 0 && !canCutBefore(source, node.children, cut)) cut--
    if (cut <= 0) return
    const key = base + startOf(source, node)
    this.list ??= { key, node: { ...node, spread: false }, items: [] }
    this.list.items.push(...node.children.slice(0, cut))
    for (let index = 1; index <= cut; index++)
      if (hasBlankLineBefore(source, node.children, index)) this.list.node.spread = true
    this.tailStart = base + startOf(source, node.children[cut])
  }

  /** Whether the fenced code that the tail consists of could take all that is new. */
  private growFence(fence: OpenFence): boolean {
    const before = fence.end
    const isClosed = fence.grow(this.source)
    this.parsedCharacters += this.source.length - before
    this.tail = this.tail.map((block) => ({ ...block, node: fence.node(this.source) }))
    if (!isClosed) {
      this.show()
      return true
    }
    this.settle(this.tail, fence.end - this.tailStart)
    this.tail = []
    this.fence = null
    this.parsedEnd = this.tailStart
    return false
  }

  /** Shows what has come since the last parse as plain text at the end of the open block. */
  private showUnparsed(): void {
    const last = this.tail.at(-1)
    if (last === undefined) return
    const node = appendPlain(last.node, this.source.slice(this.parsedEnd))
    this.blocks = [...this.settled, ...this.tail.slice(0, -1), { ...last, node }]
  }

  private show(): void {
    this.blocks = [...this.settled, ...this.tail]
  }

  /** Parses everything again, as definitions count wherever they stand. */
  private parseAll(): void {
    const known = new Map(this.blocks.map((block) => [block.key, block]))
    this.reset()
    this.parsedEnd = this.source.length
    this.tail = this.parse(this.source).map((node) => {
      const block = { key: startOf(this.source, node), node, isOpen: true }
      const before = known.get(block.key)
      return before && isSameNode(before.node, node) ? before : block
    })
    this.show()
  }
}
