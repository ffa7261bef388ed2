import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { mathFromMarkdown } from 'mdast-util-math'
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly'
import { gfm } from 'micromark-extension-gfm'
import { math } from 'micromark-extension-math'
import { latexFromMarkdown, latexSyntax } from './latex-syntax.ts'

const extensions = [
  // One tilde is a range in Chinese text (3~5), two strike out.
  gfm({ singleTilde: false }),
  // Without it `**注意：**请看` is not bold: CommonMark wants a space behind the colon.
  cjkFriendlyExtension(),
  // One dollar is read by our own syntax, which leaves prices alone.
  math({ singleDollarTextMath: false }),
  latexSyntax,
]
const mdastExtensions = [gfmFromMarkdown(), mathFromMarkdown(), latexFromMarkdown]

/** Makes line ends and forbidden characters what the parser would make of them. */
export function normalizeSource(text: string): string {
  const marked = text.startsWith('\uFEFF') ? text.slice(1) : text
  const lines = marked.includes('\r') ? marked.replace(/\r\n?/g, '\n') : marked
  return lines.includes('\0') ? lines.replaceAll('\0', '\uFFFD') : lines
}

/** Parses all of a text: GitHub's markdown with formulas in `$`, `$$`, `\(` and `\[`. */
export function parseMarkdown(source: string): Root {
  return fromMarkdown(source, { extensions, mdastExtensions })
}
