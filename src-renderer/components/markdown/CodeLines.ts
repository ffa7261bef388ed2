import { type FunctionalComponent, h } from 'vue'
import type { CodeLine } from './highlighted-code.ts'

/**
 * Some lines of code, in a box of their own: what is laid out stays so while other lines are added.
 * Drawn again only when they change.
 */
export const CodeLines: FunctionalComponent<{ lines: readonly CodeLine[] }> = ({ lines }) =>
  h(
    'span',
    { class: 'lines' },
    lines.map((line) => [
      ...line.map(({ text, style }) => (style ? h('span', { class: 'token', style }, text) : text)),
      '\n',
    ]),
  )
CodeLines.props = ['lines']
