import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editor in the colours of the app, which reach into its shadow root. */
const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', fontSize: 'var(--text-sm)' },
  '&.cm-focused': { outline: 'none' }, // its frame shows the focus
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: 'var(--line-text)' },
  '.cm-content': { padding: 'var(--space-2) 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 var(--space-3)' },
  '.cm-line::selection, .cm-line ::selection': { backgroundColor: 'var(--accent-soft)' },
  '.cm-gutters': {
    border: 'none',
    backgroundColor: 'transparent',
    color: 'var(--text-faint)',
    paddingLeft: 'var(--space-2)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-hover)' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--mark)' },
  '.cm-ghost': { color: 'var(--text-faint)', fontStyle: 'italic', whiteSpace: 'pre-wrap' },
})

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--info)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--warning)' },
  { tag: [tags.typeName, tags.className, tags.tagName], color: 'var(--warning)' },
  { tag: tags.definition(tags.variableName), fontWeight: 'var(--weight-medium)' },
  { tag: [tags.comment, tags.meta], color: 'var(--text-faint)' },
  { tag: tags.heading, fontWeight: 'var(--weight-strong)' },
  { tag: tags.invalid, color: 'var(--danger)' },
])

/** How code looks. */
export const codeTheme = [theme, syntaxHighlighting(colours)]
