/** A part of what was given of a document: one page, or what stands before the first mark. */
export interface PagePart {
  page: number | null
  text: string
}

const mark = /^\[(?:第 (\d+) 页|page (\d+))\]$/gm

/** Takes a text apart at its marks of pages. `pages` says which marks are ours: a file may hold some. */
export function pageParts(text: string, pages: readonly number[]): PagePart[] {
  const parts: PagePart[] = []
  let page: number | null = null
  let start = 0
  const left = [...pages]
  const push = (end: number): void => {
    const part = text.slice(start, end).trim()
    if (part !== '') parts.push({ page, text: part })
  }
  for (const { 0: whole, 1: chinese, 2: english, index } of text.matchAll(mark)) {
    const number = Number(chinese ?? english)
    if (number !== left[0]) continue
    left.shift()
    push(index)
    page = number
    start = index + whole.length
  }
  push(text.length)
  return parts
}
