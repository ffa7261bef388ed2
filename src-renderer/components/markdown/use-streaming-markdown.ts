import type { Definition, FootnoteDefinition, RootContent } from 'mdast'
import { type Ref, onScopeDispose, shallowRef, useId, watch } from 'vue'
import type { References } from './MarkdownBlock.ts'
import { type MarkdownBlock, StreamingMarkdown } from './streaming-markdown.ts'

/** The blocks of a text, kept up with it while it grows and made exact once it has ended. */
export function useStreamingMarkdown(text: () => string, isStreaming: () => boolean) {
  const parser = new StreamingMarkdown()
  const blocks: Ref<readonly MarkdownBlock[]> = shallowRef([])
  const idPrefix = `note-${useId()}`
  const references: Ref<References> = shallowRef({
    ...{ definitions: new Map(), footnotes: [], idPrefix },
  })
  let idle = 0

  function finish(): void {
    parser.finish(text())
    blocks.value = parser.blocks
    const found = findDefinitions(parser.blocks.map(({ node }) => node))
    if (found.definitions.size > 0 || found.footnotes.length > 0)
      references.value = { ...found, idPrefix }
  }

  if (isStreaming()) parser.update(text())
  else finish()
  blocks.value = parser.blocks

  watch([text, isStreaming], ([newText, isStreamingNow], [, wasStreaming]) => {
    cancelIdle(idle)
    if (isStreamingNow || wasStreaming) {
      parser.update(newText)
      blocks.value = parser.blocks
      if (!isStreamingNow) idle = whenIdle(finish)
    } else finish()
  })
  onScopeDispose(() => cancelIdle(idle))
  return { blocks, references }
}

/** Safari's engine has no idle callbacks. */
function whenIdle(task: () => void): number {
  if ('requestIdleCallback' in window) return window.requestIdleCallback(task, { timeout: 1_000 })
  return globalThis.setTimeout(task, 50)
}

function cancelIdle(handle: number): void {
  if ('cancelIdleCallback' in window) window.cancelIdleCallback(handle)
  else globalThis.clearTimeout(handle)
}

/** What links and footnotes refer to, wherever it stands; the first of a name counts. */
function findDefinitions(nodes: readonly RootContent[]) {
  const definitions = new Map<string, Definition>()
  const footnotes: FootnoteDefinition[] = []
  const visit = (node: RootContent): void => {
    if (node.type === 'definition' && !definitions.has(node.identifier))
      definitions.set(node.identifier, node)
    if (node.type === 'footnoteDefinition') footnotes.push(node)
    if ('children' in node) node.children.forEach(visit)
  }
  nodes.forEach(visit)
  return { definitions, footnotes }
}
