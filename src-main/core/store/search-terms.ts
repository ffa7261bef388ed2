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
const unspacedEnd = new RegExp(`${unspaced}$`, 'u')

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
function addPairs(tokens: SearchToken[], run: string, offset: number): void {
  if (isNormal.test(run)) {
    // Nearly all Chinese text: a unit is a character and each pair is its own normal form.
    for (let at = 0; at < run.length; at += 1) {
      const term = run.slice(at, at + 2)
      tokens.push({ term, start: offset + at, end: offset + at + term.length })
    }
    return
  }
  const characters = Array.from(run)
  let start = offset
  for (const [index, character] of characters.entries()) {
    const pair = character + (characters[index + 1] ?? '')
    addWord(tokens, pair, start)
    start += character.length
  }
}

function addWord(tokens: SearchToken[], word: string, start: number): void {
  const term = normalized(word)
  if (term !== '') tokens.push({ term, start, end: start + word.length })
}

/** Cuts text into what can be found: pairs of characters in Chinese, words elsewhere. */
export function searchTokens(text: string): SearchToken[] {
  const tokens: SearchToken[] = []
  for (const { 0: run, index, groups } of text.matchAll(runs)) {
    if (groups?.['unspaced'] === undefined) addWord(tokens, run, index)
    else addPairs(tokens, run, index)
  }
  return tokens
}

/** A text as the index takes it. */
export function indexedTerms(text: string): string {
  return searchTokens(text)
    .map(({ term }) => term)
    .join(' ')
}

/** Whether the character at the end of `text` is written without spaces. */
export function endsUnspaced(text: string): boolean {
  return unspacedEnd.test(text)
}
