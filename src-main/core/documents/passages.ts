/** A piece of a document that is given in whole or not at all. */
export interface Passage {
  /** Counts from 1; null in a document without pages. */
  page: number | null
  text: string
}

/** Some hundred tokens: short enough to choose among, long enough to be understood alone. */
const longestPassage = 280

/** Where a text may be cut, the best places first. */
const cuts = [/\n\n/g, /\n/g, /[。！？!?；;]|\.\s/g, /[，,、\s]/g]

/** The last good place to cut at, at most `longestPassage` into the text. */
function cutIn(text: string): number {
  const head = text.slice(0, longestPassage)
  for (const cut of cuts) {
    const last = [...head.matchAll(cut)].at(-1)
    const end = last ? last.index + last[0].length : 0
    if (end >= longestPassage / 3) return end
  }
  // Never between the halves of a character.
  return /[\uD800-\uDBFF]$/.test(head) ? longestPassage - 1 : longestPassage
}

/** Cuts pages into passages; put together they are the pages again. */
export function passagesOf(pages: string[], hasPages: boolean): Passage[] {
  const passages: Passage[] = []
  for (const [index, page] of pages.entries()) {
    let rest = page
    while (rest !== '') {
      const end = rest.length <= longestPassage ? rest.length : cutIn(rest)
      passages.push({ page: hasPages ? index + 1 : null, text: rest.slice(0, end) })
      rest = rest.slice(end)
    }
  }
  return passages
}
