const longestTitle = 40
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A title from the first question: its first line of words, cut between characters. */
export function titleFrom(question: string): string {
  const line = question
    .split('\n')
    .map((text) => text.replace(/^[\s#>*`-]+/, '').trim())
    .find((text) => text !== '')
  const segments = Array.from(characters.segment(line ?? ''), ({ segment }) => segment)
  if (segments.length <= longestTitle) return segments.join('')
  return `${segments
    .slice(0, longestTitle - 1)
    .join('')
    .trimEnd()}…`
}
