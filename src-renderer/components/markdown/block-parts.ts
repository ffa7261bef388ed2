import type { MarkdownBlock } from './streaming-markdown.ts'

type Blocks = readonly MarkdownBlock[]

/** So few blocks are laid out anew with each word, so many parts there are in a long reply. */
const blocksInPart = 16

const isSame = (one: Blocks, other: Blocks): boolean =>
  one.length === other.length && one.every((block, index) => block === other[index])

/**
 * Cuts blocks into parts of equal size, which the browser lays out apart from each other: a word that
 * is added at the end then costs the same however long the text is. A part whose blocks are the very
 * ones that it had in `before` stays the same array.
 */
export function partsOf(blocks: Blocks, before: readonly Blocks[]): readonly Blocks[] {
  const parts: Blocks[] = []
  for (let start = 0; start < blocks.length; start += blocksInPart) {
    const part = blocks.slice(start, start + blocksInPart)
    const known = before[parts.length]
    parts.push(known && isSame(known, part) ? known : part)
  }
  return parts
}
