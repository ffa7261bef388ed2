import { endsUnspaced } from '../store/search-terms.ts'

/** A line this much shorter than the longest ends a paragraph. */
const fullLine = 0.75
/** After which no space stands: Chinese marks are as wide as characters. */
const wideMark = /[\u3000-\u303f\uff00-\uffef]$/u
const paragraphEnd = /[.!?:;。！？：；…"”’）)]$/u

/**
 * Puts the lines of a printed page together again: a word that was broken by the end of a line is
 * found as one, and the model reads fewer tokens. Short lines stay, as those of lists and tables.
 */
export function joinLines(page: string): string {
  const lines = page.split('\n').map((line) => line.trim())
  const longest = Math.max(...lines.map(({ length }) => length))
  let text = ''
  for (const [index, line] of lines.entries()) {
    text += line
    if (index === lines.length - 1) break
    const goesOn = line.length >= longest * fullLine && lines[index + 1] !== ''
    if (!goesOn || paragraphEnd.test(line)) text += '\n'
    else if (!endsUnspaced(line) && !wideMark.test(line)) text += ' '
  }
  return text.replaceAll(/\n{3,}/g, '\n\n')
}
