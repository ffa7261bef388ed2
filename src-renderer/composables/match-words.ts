import type { TextRange } from '@shared/chat.ts'

/** Where a text holds all words of a query, in order and apart; null when it lacks one. */
export function matchWords(text: string, query: string): TextRange[] | null {
  const lower = text.toLowerCase()
  const ranges: TextRange[] = []
  for (const word of query.toLowerCase().split(/\s+/)) {
    const start = lower.indexOf(word)
    if (start === -1) return null
    ranges.push({ start, end: start + word.length })
  }
  ranges.sort((one, other) => one.start - other.start)
  return ranges.filter(({ start }, index) => start >= (ranges[index - 1]?.end ?? 0))
}
