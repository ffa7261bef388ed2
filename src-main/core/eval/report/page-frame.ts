import type { ElementContent } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { h } from 'hastscript'
import { reportStyle } from './report-style.ts'

/** Nothing may run or be loaded, whatever a subject is called. */
const policy = "default-src 'none'; style-src 'unsafe-inline'"

/**
 * A page as one file that needs nothing else: no script, no font, no network. Models and subjects are
 * called as the user called them, so everything is put in as text.
 */
export function pageFrame(title: string, content: ElementContent[]): string {
  const page = h('html', { lang: 'en' }, [
    h('head', [
      h('meta', { charSet: 'utf-8' }),
      h('meta', { httpEquiv: 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width' }),
      h('title', title),
      h('style', reportStyle),
    ]),
    h('body', [h('h1', title), ...content]),
  ])
  return toHtml([{ type: 'doctype' }, page])
}

/** The first row of a table. */
export const tableHead = (names: string[]): ElementContent =>
  h('thead', h('tr', [...names.map((name) => h('th', { scope: 'col' }, name))]))
