import type { Definition, FootnoteDefinition, PhrasingContent, RootContent } from 'mdast'
import { type VNode, type VNodeChild, h } from 'vue'
import MathView from './MathView.vue'
import { type PageMarks, renderPageMarks } from './page-marks.ts'

/** What rendering a text needs besides its nodes. */
export interface RenderContext {
  openLink: (url: string) => void
  /** The address to open for one that stands in the text; null makes it text. */
  allowLink: (address: string) => string | null
  /** Null where texts refer to no pages. */
  pageMarks: PageMarks | null
  definitions: ReadonlyMap<string, Definition>
  footnotes: readonly FootnoteDefinition[]
  /** Begins the ids of this text's footnotes. */
  idPrefix: string
  translate: (key: string, values?: Record<string, unknown>) => string
}

type Inline = PhrasingContent | RootContent

/** The nodes of a paragraph. Hostile ones become text: raw HTML, other links, images. */
export function renderInline(nodes: readonly Inline[], context: RenderContext): VNodeChild[] {
  return nodes.map((node) => renderNode(node, context))
}

function renderNode(node: Inline, context: RenderContext): VNodeChild {
  switch (node.type) {
    case 'text':
      return context.pageMarks ? renderPageMarks(node.value, context.pageMarks) : node.value
    case 'html':
      return node.value
    case 'emphasis':
      return h('em', renderInline(node.children, context))
    case 'strong':
      return h('strong', renderInline(node.children, context))
    case 'delete':
      return h('del', renderInline(node.children, context))
    case 'inlineCode':
      return h('code', { dir: 'ltr' }, node.value)
    case 'break':
      return h('br')
    case 'inlineMath':
      return h(MathView, { source: node.value, isDisplay: node.data?.isDisplay === true })
    case 'link':
      return renderLink(node.url, renderInline(node.children, context), context)
    case 'linkReference': {
      const children = renderInline(node.children, context)
      const definition = context.definitions.get(node.identifier)
      return definition ? renderLink(definition.url, children, context) : children
    }
    case 'image':
      return renderImage(node.url, node.alt, context)
    case 'imageReference':
      return renderImage(context.definitions.get(node.identifier)?.url ?? '', node.alt, context)
    case 'footnoteReference':
      return renderFootnoteMark(node.identifier, context)
    default:
      return null
  }
}

/** Pictures are never loaded: a request would tell others what is read. */
function renderImage(url: string, alt: string | null | undefined, context: RenderContext) {
  const label = alt === '' ? url : (alt ?? url)
  return renderLink(url, [context.translate('messages.image', { label })], context)
}

function renderLink(address: string, children: VNodeChild[], context: RenderContext): VNodeChild {
  const url = context.allowLink(address)
  if (url === null) return children
  const open = (event: Event) => {
    event.preventDefault()
    context.openLink(url)
  }
  const attributes = { href: url, title: url, rel: 'noopener noreferrer nofollow' }
  return h('a', { ...attributes, onClick: open, onAuxclick: open }, children)
}

function renderFootnoteMark(identifier: string, context: RenderContext): VNode | string {
  const number = 1 + context.footnotes.findIndex((note) => note.identifier === identifier)
  if (number === 0) return ''
  const show = () => {
    const note = document.getElementById(`${context.idPrefix}-${number}`)
    note?.scrollIntoView({ block: 'nearest' })
    note?.focus({ preventScroll: true })
  }
  const label = context.translate('messages.footnote', { number })
  const button = h('button', { type: 'button', 'aria-label': label, onClick: show }, String(number))
  return h('sup', { class: 'footnote-mark' }, [button])
}
