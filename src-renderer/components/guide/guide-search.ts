import type { Heading, RootContent } from 'mdast'
import type { TextRange } from '@shared/chat.ts'
import { matchWords } from '../../composables/match-words.ts'
import { plainTextOf } from '../markdown/plain-text.ts'
import { parseMarkdown } from '../markdown/parse-markdown.ts'
import type { ChapterName, GuideChapter } from './guide-chapters.ts'

/** What stands under one heading of a chapter, without its markup. */
export interface GuideSection {
  chapter: ChapterName
  chapterTitle: string
  /** Which heading of the chapter it is; its title is the first, 0. */
  index: number
  heading: string
  text: string
}

export interface GuideHit extends GuideSection {
  headingRanges: TextRange[]
  excerpt: string
  excerptRanges: TextRange[]
}

const excerptBefore = 30
const excerptLength = 140

const isHeading = (node: RootContent): node is Heading => node.type === 'heading'

/** Cuts a chapter at its headings. */
export function sectionsOf({ name, title, text }: GuideChapter): GuideSection[] {
  const headings = parseMarkdown(text).children.filter(isHeading)
  const starts = headings.map((heading) => heading.position?.start.offset ?? 0)
  return headings.map((heading, index) => {
    const headingEnd = heading.position?.end.offset ?? 0
    return {
      chapter: name,
      chapterTitle: title,
      index,
      heading: plainTextOf(text.slice(starts[index], headingEnd)),
      text: plainTextOf(text.slice(headingEnd, starts[index + 1])).replace(/\s+/g, ' '),
    }
  })
}

/** The sections that hold all words, those with a heading that does first. */
export function findInGuide(sections: readonly GuideSection[], query: string): GuideHit[] {
  const hits = sections.flatMap((section): GuideHit[] => {
    const headingRanges = matchWords(section.heading, query) ?? []
    const inText = matchWords(section.text, query)
    if (inText === null && headingRanges.length === 0) {
      // The words may stand in both together.
      if (matchWords(`${section.heading} ${section.text}`, query) === null) return []
    }
    const first = inText?.[0]?.start ?? 0
    const start = Math.max(0, first - excerptBefore)
    const cut = section.text.slice(start, start + excerptLength)
    const excerpt = `${start > 0 ? '…' : ''}${cut}${start + cut.length < section.text.length ? '…' : ''}`
    return [{ ...section, headingRanges, excerpt, excerptRanges: matchWords(excerpt, query) ?? [] }]
  })
  const rank = (hit: GuideHit): number => (hit.headingRanges.length > 0 ? 0 : 1)
  return hits.sort((one, other) => rank(one) - rank(other))
}
