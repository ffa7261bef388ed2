import { type InjectionKey, type VNodeChild, h } from 'vue'

/** The pages that a reply can have from the files of its question. */
export interface PageMarks {
  has: (page: number) => boolean
  show: (page: number) => void
  /** What showing a page is called. */
  labelOf: (page: number) => string
}

/** Provided around a reply whose question has files with pages. */
export const pageMarksKey: InjectionKey<PageMarks> = Symbol('pageMarks')

/** As they are asked for, `[第 3 页]` and `[page 3]`, and as models write them. */
const mark = /[[【(（]\s*(?:第\s*(\d{1,5})\s*[页頁]|[Pp](?:age|\.)\s*(\d{1,5}))\s*[\]】)）]/gu

/** A text in which marks of pages that were given can be pressed; others stay text. */
export function renderPageMarks(text: string, marks: PageMarks): VNodeChild[] {
  const nodes: VNodeChild[] = []
  let end = 0
  for (const { 0: whole, 1: chinese, 2: english, index } of text.matchAll(mark)) {
    const page = Number(chinese ?? english)
    if (!marks.has(page)) continue
    const label = marks.labelOf(page)
    const attributes = { type: 'button', class: 'page-mark', title: label, 'aria-label': label }
    nodes.push(text.slice(end, index))
    nodes.push(h('button', { ...attributes, onClick: () => marks.show(page) }, whole.slice(1, -1)))
    end = index + whole.length
  }
  nodes.push(text.slice(end))
  return nodes
}
