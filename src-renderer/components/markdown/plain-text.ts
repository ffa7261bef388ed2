import type { Nodes } from 'mdast'
import { normalizeSource, parseMarkdown } from './parse-markdown.ts'

/** What a text says, without its markup: how it is copied into a letter. */
export function plainTextOf(markdown: string): string {
  return blocksOf(parseMarkdown(normalizeSource(markdown)).children, '\n\n')
}

function blocksOf(nodes: readonly Nodes[], separator: string): string {
  return nodes
    .map(textOf)
    .filter((text) => text !== '')
    .join(separator)
}

function textOf(node: Nodes): string {
  switch (node.type) {
    case 'break':
      return '\n'
    case 'definition':
      return ''
    case 'image':
    case 'imageReference':
      return node.alt ?? ''
    case 'footnoteReference':
      return `[${node.identifier}]`
    case 'footnoteDefinition':
      return `[${node.identifier}] ${blocksOf(node.children, '\n')}`
    case 'table':
      return blocksOf(node.children, '\n')
    case 'tableRow':
      return node.children.map(textOf).join('\t')
    case 'blockquote':
      return blocksOf(node.children, '\n\n')
    case 'list':
      return node.children
        .map((item, index) => {
          const marker = node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '
          const text = blocksOf(item.children, '\n')
          return marker + text.replaceAll('\n', `\n${' '.repeat(marker.length)}`)
        })
        .join('\n')
    case 'thematicBreak':
      return '———'
    default:
      if ('value' in node) return node.value
      return 'children' in node ? node.children.map(textOf).join('') : ''
  }
}
