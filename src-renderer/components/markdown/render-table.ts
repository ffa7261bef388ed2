import type { Table, TableRow } from 'mdast'
import { type VNode, h } from 'vue'
import { type RenderContext, renderInline } from './render-inline.ts'

/** A table in a frame that scrolls by itself, also with the keyboard. */
export function renderTable(node: Table, context: RenderContext): VNode {
  const [head, ...body] = node.children
  const renderRow = (row: TableRow, cell: 'th' | 'td') =>
    h(
      'tr',
      row.children.map(({ children }, column) => {
        const attributes = { dir: 'auto', 'data-align': node.align?.[column] ?? undefined }
        return h(cell, attributes, renderInline(children, context))
      }),
    )
  const table = h('table', [
    head && h('thead', [renderRow(head, 'th')]),
    h(
      'tbody',
      body.map((row) => renderRow(row, 'td')),
    ),
  ])
  const label = context.translate('messages.table')
  return h('div', { class: 'table', role: 'region', 'aria-label': label, tabindex: 0 }, [table])
}
