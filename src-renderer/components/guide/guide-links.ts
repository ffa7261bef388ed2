import { safeLink } from '../markdown/safe-link.ts'
import { type ChapterName, isChapterName } from './guide-chapters.ts'

const prefix = '#/guide/'

/** The address of a link in the guide: another chapter's page, or one of the web. */
export function allowGuideLink(address: string): string | null {
  const name = /^\.?\/?([a-z-]+)\.md$/.exec(address)?.[1]
  if (name !== undefined && isChapterName(name)) return prefix + name
  return safeLink(address)
}

/** The chapter that an allowed address leads to; null for the web. */
export function chapterOfLink(address: string): ChapterName | null {
  const name = address.startsWith(prefix) ? address.slice(prefix.length) : ''
  return isChapterName(name) ? name : null
}
