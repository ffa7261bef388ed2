import type { Nodes } from 'mdast'

/** Where the line begins that a node begins on. */
export function startOf(source: string, node: Nodes | undefined): number {
  const offset = node?.position?.start.offset ?? 0
  return source.lastIndexOf('\n', offset - 1) + 1
}

function between(source: string, nodes: readonly Nodes[], index: number): string {
  const end = nodes[index - 1]?.position?.end.offset ?? 0
  return source.slice(end, startOf(source, nodes[index]))
}

/** Whether an empty line separates a node from the one before. */
export function hasBlankLineBefore(
  source: string,
  nodes: readonly Nodes[],
  index: number,
): boolean {
  return /\n[ \t>]*\n/.test(between(source, nodes, index))
}

/** What ends by itself, so that the next line begins something new in any case. */
const selfContained = new Set<Nodes['type']>([
  'heading',
  'thematicBreak',
  'code',
  'math',
  'listItem',
])

/**
 * Whether the text before a block or an item, and the text from it on, parse apart to the same as
 * together, whatever is added at the end.
 */
export function canCutBefore(source: string, nodes: readonly Nodes[], index: number): boolean {
  const start = startOf(source, nodes[index])
  // What the line is can change until it has ended: `**` may begin a rule or bold text.
  if (!source.includes('\n', start)) return false
  if (source[start] === '\uFEFF') return false // is dropped at the beginning of a text
  if (hasBlankLineBefore(source, nodes, index)) return true
  const before = nodes[index - 1]
  // Other blocks differ in what may follow them at once: no empty item after indented code, …
  if (before === undefined || !selfContained.has(before.type)) return false
  const text = source.slice(before.position?.start.offset, start)
  if (before.type === 'code' && !/^(?:```|~~~)/.test(text)) return false
  // `\[` may yet turn out to have begun a formula that the line belongs to.
  return !text.includes('\\[')
}
