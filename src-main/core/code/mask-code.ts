import type { CodeLanguage } from '../../shared/code-languages.ts'

const string = (quote: string): string => `${quote}(?:\\\\.|[^${quote}\\\\\\n])*(?:${quote}|$)`
/** Where the text ends; `$` also stands at the end of each line. */
const end = '(?![^])'
const raw = `\`(?:\\\\.|[^\`\\\\])*(?:\`|${end})`
/** A letter in quotes and no more: Rust has lone quotes, too. */
const letter = "'(?:\\\\.[^'\\n]{0,8}|[^'\\\\\\n])'"
const slashes = `//.*|/\\*[^]*?(?:\\*/|${end})`
const hash = '#.*'

/** Where a single quote begins a text, and not a letter or a lifetime. */
const quotesTexts = ['JavaScript', 'TypeScript', 'PHP', 'Dart', 'Groovy', 'Perl', 'R', 'PowerShell']
const quotesRaw = ['JavaScript', 'TypeScript', 'Go']

/** What may hold braces that are none, as one expression. */
function hiding({ name, tag }: CodeLanguage): RegExp {
  const comment = tag.startsWith('#') ? hash : slashes
  const single = quotesTexts.includes(name) ? string("'") : letter
  const texts = [comment, string('"'), single, ...(quotesRaw.includes(name) ? [raw] : [])]
  return new RegExp(texts.join('|'), 'gmu')
}

/** The code with blanks in place of comments and texts, as long as before, so that braces count. */
export function maskCode(language: CodeLanguage, code: string): string {
  return code.replace(hiding(language), (hidden) => hidden.replaceAll(/[^\n]/gu, ' '))
}
