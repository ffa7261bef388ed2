import type { Nodes, RootContent } from 'mdast'

/** A copy of a node with text added at its end, as it will look before it is parsed. */
export function appendPlain(node: RootContent, text: string): RootContent {
  if (node.type === 'text' || node.type === 'code') return { ...node, value: node.value + text }
  if (node.type === 'paragraph' || node.type === 'heading')
    return { ...node, children: [...node.children, { type: 'text', value: text }] }
  if (!('children' in node)) return node
  const last = node.children.at(-1)
  if (last === undefined) return node
  // Only the last child is exchanged, for one of the same type.
  return Object.assign({}, node, {
    children: [...node.children.slice(0, -1), appendPlain(last, text)],
  })
}

/** Whether two nodes look the same, wherever they stand. */
export function isSameNode(left: Nodes, right: Nodes): boolean {
  return withoutPositions(left) === withoutPositions(right)
}

function withoutPositions(node: Nodes): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'position' ? undefined : value))
}
