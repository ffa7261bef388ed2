import type { List, ListItem, RootContent } from 'mdast'
import { type VNodeChild, defineComponent, h, inject } from 'vue'
import { useI18n } from 'vue-i18n'
import CodeBlock from './CodeBlock.vue'
import MathView from './MathView.vue'
import { allowLinkKey, openLinkKey } from './open-link.ts'
import { pageMarksKey } from './page-marks.ts'
import { type RenderContext, renderInline } from './render-inline.ts'
import { renderTable } from './render-table.ts'
import { safeLink } from './safe-link.ts'

/** What the blocks of one text share. */
export type References = Pick<RenderContext, 'definitions' | 'footnotes' | 'idPrefix'>

interface BlockState {
  references: References
  /** Whether more may be added at its end. */
  isOpen: boolean
  /** Whether paragraphs keep their distance, which those of a tight list do not. */
  isLoose: boolean
}

interface BlockProps extends Partial<BlockState> {
  node: RootContent
  references: References
}

/** Draws one block, or one item of a list; drawn again only when one of the properties changes. */
export const MarkdownBlock = defineComponent(
  (props: BlockProps) => {
    const openLink = inject(openLinkKey, () => undefined)
    const allowLink = inject(allowLinkKey, () => safeLink, true)
    const pageMarks = inject(pageMarksKey, null)
    const { t } = useI18n()
    const translate: RenderContext['translate'] = (key, values) => t(key, values ?? {})
    return () => {
      const { node, references, isOpen = false, isLoose = true } = props
      const context = { ...references, openLink, allowLink, pageMarks, translate }
      return renderBlock(node, context, { references, isOpen, isLoose })
    }
  },
  {
    name: 'MarkdownBlock',
    props: {
      node: { type: null, required: true },
      references: { type: null, required: true },
      isOpen: Boolean,
      isLoose: { type: Boolean, default: true },
    },
  },
)

function renderBlocks(
  nodes: readonly RootContent[],
  context: RenderContext,
  state: BlockState,
): VNodeChild[] {
  return nodes.map((node, index) =>
    renderBlock(node, context, { ...state, isOpen: state.isOpen && index === nodes.length - 1 }),
  )
}

function renderBlock(node: RootContent, context: RenderContext, state: BlockState): VNodeChild {
  switch (node.type) {
    case 'paragraph': {
      const children = renderInline(node.children, context)
      return state.isLoose ? h('p', { dir: 'auto' }, children) : children
    }
    case 'heading':
      return h(`h${node.depth}`, { dir: 'auto' }, renderInline(node.children, context))
    case 'thematicBreak':
      return h('hr')
    case 'blockquote':
      return h('blockquote', renderBlocks(node.children, context, { ...state, isLoose: true }))
    case 'code':
      return h(CodeBlock, { code: node.value, language: node.lang ?? '', isOpen: state.isOpen })
    case 'math':
      return h(MathView, { source: node.value, isDisplay: true })
    case 'html':
      return h('p', { dir: 'auto', class: 'raw' }, node.value)
    case 'table':
      return renderTable(node, context)
    case 'list':
      return renderList(node, state)
    case 'listItem':
      return renderItem(node, context, state)
    case 'definition':
    case 'footnoteDefinition':
    case 'yaml':
      return null
    default:
      return renderInline([node], context)
  }
}

function renderList(node: List, { references, isOpen }: BlockState): VNodeChild {
  const isLoose = node.spread === true || node.children.some(({ spread }) => spread === true)
  const items = node.children.map((item, index) => {
    const isLast = index === node.children.length - 1
    return h(MarkdownBlock, {
      key: index,
      node: item,
      references,
      isOpen: isOpen && isLast,
      isLoose,
    })
  })
  if (!node.ordered) return h('ul', { dir: 'auto' }, items)
  return h('ol', { dir: 'auto', start: node.start ?? 1 }, items)
}

function renderItem(node: ListItem, context: RenderContext, state: BlockState): VNodeChild {
  const children = renderBlocks(node.children, context, state)
  if (typeof node.checked !== 'boolean') return h('li', { dir: 'auto' }, children)
  const label = context.translate(node.checked ? 'messages.taskDone' : 'messages.taskOpen')
  const attributes = { type: 'checkbox', disabled: true, checked: node.checked }
  const box = h('input', { ...attributes, 'aria-label': label })
  return h('li', { dir: 'auto', class: 'task' }, [box, ...children])
}
