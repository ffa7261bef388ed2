import { LanguageDescription } from '@codemirror/language'
import { languages } from '@codemirror/language-data'
import type { Extension } from '@codemirror/state'

/** What the editor calls a language, or one that is written like it. */
const names: Readonly<Record<string, string>> = {
  ...{ CUDA: 'C++', GLSL: 'C', Solidity: 'JavaScript', ActionScript: 'JavaScript' },
  ...{ Lisp: 'Common Lisp', 'Emacs Lisp': 'Common Lisp', Racket: 'Scheme', TCSH: 'Shell' },
  ...{ 'Visual Basic': 'VB.NET', Basic: 'VB.NET', Excel: 'VB.NET', TeX: 'LaTeX', XSLT: 'XML' },
  ...{ Delphi: 'Pascal', GDScript: 'Python', RMarkdown: 'Markdown', 'Standard ML': 'SML' },
  ...{ 'Literate Haskell': 'Haskell', 'Literate CoffeeScript': 'CoffeeScript', Stan: 'C' },
  ...{ Assembly: 'Gas', AWK: 'C', 'Protocol Buffer': 'ProtoBuf', 'Java Server Pages': 'Java' },
}

/** The rules of a language, fetched when they are first needed; none where nobody wrote any. */
export async function loadCodeLanguage(name: string): Promise<Extension> {
  const found = LanguageDescription.matchLanguageName(languages, names[name] ?? name, false)
  return found ? found.load() : []
}
