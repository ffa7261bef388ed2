import type { TextRange } from '../../shared/chat.ts'
import { endsUnspaced, normalized, type SearchToken, searchTokens } from './search-terms.ts'

/** After so many runs more take no less time. */
const warmingRuns = 30

/** Terms that must follow one another. */
interface Phrase {
  terms: string[]
  /** Whether the last term may go on. */
  isPrefix: boolean
}

/** What is typed into the search field: phrases between spaces, all of which must be found. */
export type SearchQuery = Phrase[]

function parsePhrase(part: string, isLast: boolean): Phrase[] {
  const terms = searchTokens(part).map(({ term }) => term)
  if (terms.length === 0) return []
  // A word may still be in the typing, and so may the last one only.
  if (!endsUnspaced(part)) return [{ terms, isPrefix: isLast }]
  const isSingle = !endsUnspaced(Array.from(part).slice(0, -1).join(''))
  // `今天` is the pair alone: the text may go on behind it, where 天 is no term of its own.
  return [isSingle ? { terms, isPrefix: true } : { terms: terms.slice(0, -1), isPrefix: false }]
}

/** Reads what was typed; without a letter or digit in it, nothing is asked for. */
export function parseQuery(text: string): SearchQuery {
  const parts = text.split(/\s+/u).filter((part) => part !== '')
  return parts.flatMap((part, index) => parsePhrase(part, index === parts.length - 1))
}

/** The query in the language of FTS5. */
export function matchExpression(query: SearchQuery): string {
  return query
    .map(({ terms, isPrefix }) => `"${terms.join(' ')}"${isPrefix ? ' *' : ''}`)
    .join(' AND ')
}

/**
 * A query that finds more but is answered from the first row on, or null where the query itself is.
 * FTS5 gathers all words that go on from a prefix before it gives a row, unless an index holds the
 * prefix; the one that we keep has prefixes of one character.
 */
export function wideExpression(query: SearchQuery): string | null {
  const wide = query.map(({ terms, isPrefix }): Phrase => {
    const [first = ''] = terms.at(-1) ?? ''
    return isPrefix ? { terms: [...terms.slice(0, -1), first], isPrefix } : { terms, isPrefix }
  })
  const expression = matchExpression(wide)
  return expression === matchExpression(query) ? null : expression
}

function matchesAt(phrase: Phrase, tokens: SearchToken[], from: number): boolean {
  return phrase.terms.every((term, index) => {
    const found = tokens[from + index]?.term
    const isOpen = phrase.isPrefix && index === phrase.terms.length - 1
    return isOpen ? found?.startsWith(term) === true : found === term
  })
}

/** Of a pair that was found by its first character, that character; else the whole token. */
function endOfMatch(text: string, token: SearchToken, phrase: Phrase): number {
  const [first = ''] = text.slice(token.start, token.end)
  return phrase.isPrefix && endsUnspaced(first) ? token.start + first.length : token.end
}

function rangesOf(phrase: Phrase, text: string, tokens: SearchToken[]): TextRange[] {
  return tokens.flatMap((token, index) => {
    const last = tokens[index + phrase.terms.length - 1]
    if (last === undefined || !matchesAt(phrase, tokens, index)) return []
    return [{ start: token.start, end: endOfMatch(text, last, phrase) }]
  })
}

function merged(ranges: TextRange[]): TextRange[] {
  const result: TextRange[] = []
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else result.push({ ...range })
  }
  return result
}

/** Greek has a second small sigma at the ends of words, and where those are depends on the cut. */
const folded = (text: string): string => normalized(text).replaceAll('ς', 'σ')

/** A quick look before `matchesOf`: false where one of the phrases cannot stand. */
export function roughMatcher(query: SearchQuery): (text: string) => boolean {
  const parts = query.flatMap(({ terms }) => terms.map(folded))
  return (text) => {
    const whole = folded(text)
    return parts.every((part) => whole.includes(part))
  }
}

/** Where all phrases of the query stand in a text, in order and without overlap; null if one does not. */
export function matchesOf(query: SearchQuery, text: string): TextRange[] | null {
  const tokens = searchTokens(text)
  const found = query.map((phrase) => rangesOf(phrase, text, tokens))
  return found.some((ranges) => ranges.length === 0) ? null : merged(found.flat())
}

/** Compiles what each search runs, so that the first one of a start takes no longer than the next. */
export function warmMatching(): void {
  const query = parseQuery('一 warm')
  const sample = '一二三四，五六 warm words 七八。'.repeat(10)
  for (let run = 0; run < warmingRuns; run += 1) matchesOf(query, sample)
}
