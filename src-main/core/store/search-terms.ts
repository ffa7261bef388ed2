import type { TextRange } from '../../shared/chat.ts'

/** A piece of text that can be found, and where it stands. */
export interface SearchToken extends TextRange {
  term: string
}

/** The scripts that are written without spaces; their text is cut into pairs of characters. */
const unspaced = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー]`
const runs = new RegExp(
  String.raw`(?<unspaced>${unspaced}+)|(?:(?!${unspaced})[\p{L}\p{N}\p{M}])+`,
  'gu',
)

/** Han characters and Hangul syllables that every normal form leaves as they are: most of what is searched. */
const isNormal = /^[\u3400-\u9fff\uac00-\ud7a3]*$/

/** One form for what people take to be the same: full and half width, upper and lower case. */
export function normalized(text: string): string {
  if (isNormal.test(text)) return text
  // The index takes any other ASCII character for a gap between two terms.
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\0-\x2f\x3a-\x60\x7b-\x7f]/g, '')
}

/** `今天好` gives 今天, 天好 and 好: each character begins a term, so a prefix finds a single one. */
function pairs(text: string, offset: number): SearchToken[] {
  const characters = Array.from(text)
  let start = offset
  return characters.map((character, index) => {
    const pair = character + (characters[index + 1] ?? '')
    const token = { term: normalized(pair), start, end: start + pair.length }
    start += character.length
    return token
  })
}

/** Cuts text into what can be found: pairs of characters in Chinese, words elsewhere. */
export function searchTokens(text: string): SearchToken[] {
  return [...text.matchAll(runs)]
    .flatMap(({ 0: run, index, groups }) =>
      groups?.['unspaced'] === undefined
        ? [{ term: normalized(run), start: index, end: index + run.length }]
        : pairs(run, index),
    )
    .filter(({ term }) => term !== '')
}

/** A text as the index takes it. */
export function indexedTerms(text: string): string {
  return searchTokens(text)
    .map(({ term }) => term)
    .join(' ')
}

/** Whether the character at the end of `text` is written without spaces. */
export function endsUnspaced(text: string): boolean {
  return new RegExp(`${unspaced}$`, 'u').test(text)
}
