/**
 * What ends a block of code: the brace that closes it, a line that is not indented, or the end of
 * a statement. `none` where text has no blocks.
 */
export type BlockKind = 'braces' | 'indent' | 'statement' | 'none'

/** A language that CodeGeeX2 was taught, with the line that tells it to write in it. */
export interface CodeLanguage {
  /** As its own users write it. */
  name: string
  /** The first line of the prompt, letter by letter as in training. */
  tag: string
  block: BlockKind
  /** Other names that the official programs or editors give it, in small letters. */
  aliases: readonly string[]
}

/** A tag with `X` for the name, and the languages that take it. */
type Group = readonly [form: string, block: BlockKind, names: readonly string[]]

const groups: readonly Group[] = [
  ['# language: X', 'indent', ['Python', 'Shell', 'Ruby', 'YAML', 'Dockerfile', 'Makefile']],
  ['# language: X', 'indent', ['CMake', 'CoffeeScript', 'Elixir', 'GDScript', 'Julia', 'Maple']],
  ['# language: X', 'indent', ['Literate CoffeeScript', 'SPARQL', 'TCSH']],
  ['# language: X', 'braces', ['Perl', 'PowerShell', 'R']],
  ['# language: X', 'none', ['RMarkdown']],
  ['// language: X', 'braces', ['C', 'C++', 'C#', 'Java', 'JavaScript', 'TypeScript', 'Go']],
  ['// language: X', 'braces', ['Rust', 'Kotlin', 'PHP', 'Dart', 'Scala', 'Groovy', 'Zig']],
  ['// language: X', 'braces', ['Objective-C', 'Objective-C++', 'ActionScript', 'Solidity']],
  ['// language: X', 'braces', ['AWK', 'GLSL', 'Protocol Buffer', 'Stan', 'Java Server Pages']],
  ['// language: X', 'indent', ['Lua', 'Pascal', 'F#', 'Cobol', 'Verilog', 'SystemVerilog']],
  ['// language: X', 'indent', ['ANTLR', 'Augeas', 'Bluespec', 'Mathematica']],
  ['-- language: X', 'indent', ['Haskell', 'Ada', 'Agda', 'AppleScript', 'Elm', 'Idris', 'Lean']],
  ['-- language: X', 'indent', ['Literate Agda', 'VHDL']],
  ['-- language: X', 'statement', ['SQL']],
  ['% language: X', 'indent', ['Matlab', 'Erlang', 'Prolog']],
  ['% language: X', 'none', ['TeX']],
  ['; language: X', 'indent', ['Assembly', 'Clojure', 'Common Lisp', 'Emacs Lisp', 'Lisp']],
  ['; language: X', 'indent', ['Racket', 'Scheme']],
  ["' language: X", 'indent', ['Basic', 'Excel', 'Visual Basic']],
  ['* language: X', 'indent', ['Abap', 'SAS', 'Stata']],
  ['/* language: X */', 'braces', ['CSS', 'Thrift', 'Alloy']],
  ['<!--language: X-->', 'none', ['HTML', 'Vue', 'Markdown', 'XSLT']],
  ['(*language: X*)', 'indent', ['Isabelle', 'OCaml']],
  // These stand alone; Tcl is not here, since its official tag names another language.
  ['// language: Cuda', 'braces', ['CUDA']],
  ['// language: swift', 'braces', ['Swift']],
  ['{language: X}', 'indent', ['Delphi']],
  ['!language: X', 'indent', ['Fortran']],
  ['(*language:X*)', 'indent', ['Standard ML']],
  ["'' language: X", 'indent', ['Smalltalk']],
  ['.. language: X', 'none', ['reStructuredText']],
  ['> language: X', 'indent', ['Literate Haskell']],
]

const aliases: Readonly<Record<string, readonly string[]>> = {
  'C++': ['cpp'],
  'C#': ['csharp', 'c-sharp'],
  'F#': ['f-sharp', 'fsharp'],
  JavaScript: ['js'],
  TypeScript: ['ts'],
  'Objective-C': ['objectivec'],
  Python: ['py'],
  Shell: ['bash', 'sh'],
  'Visual Basic': ['vb'],
}

const inOrder = groups.flatMap(([form, block, names]) =>
  names.map((name): CodeLanguage => ({
    ...{ name, block, tag: form.replace('X', name) },
    aliases: aliases[name] ?? [],
  })),
)

/** All of them, by name. */
export const codeLanguages: readonly CodeLanguage[] = inOrder.toSorted((one, other) =>
  one.name.localeCompare(other.name, 'en'),
)

const plain = (name: string): string => name.trim().toLowerCase().replaceAll(/\s+/gu, '-')

/** The language of that name, however it is written; undefined when CodeGeeX2 knows none. */
export function findCodeLanguage(name: string): CodeLanguage | undefined {
  const wanted = plain(name)
  return codeLanguages.find((one) => plain(one.name) === wanted || one.aliases.includes(wanted))
}

/** The language whose tag is the first line of a text. */
export function languageOfTag(text: string): CodeLanguage | undefined {
  const [line = ''] = text.split('\n', 1)
  return codeLanguages.find(({ tag }) => tag === line.trim())
}

/** The text with its tag in front, unless it begins with one. */
export function withLanguageTag({ tag }: CodeLanguage, text: string): string {
  return languageOfTag(text) ? text : `${tag}\n${text}`
}
