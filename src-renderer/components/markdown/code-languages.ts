interface CodeLanguage {
  label: string
  /** How else people write it after the fence. */
  aliases?: string[]
}

/** The languages that are coloured. `code-grammars.ts` has what colours them. */
const languages: Record<string, CodeLanguage> = {
  bash: {
    label: 'Shell',
    aliases: ['sh', 'shell', 'zsh', 'console', 'shellscript'],
  },
  c: { label: 'C', aliases: ['h'] },
  cmake: { label: 'CMake' },
  cpp: {
    label: 'C++',
    aliases: ['c++', 'cc', 'cxx', 'hpp', 'cuda', 'cu'],
  },
  csharp: { label: 'C#', aliases: ['cs', 'c#'] },
  css: { label: 'CSS' },
  dart: { label: 'Dart' },
  diff: { label: 'Diff', aliases: ['patch'] },
  docker: {
    label: 'Dockerfile',
    aliases: ['dockerfile'],
  },
  go: { label: 'Go', aliases: ['golang'] },
  graphql: { label: 'GraphQL' },
  haskell: { label: 'Haskell', aliases: ['hs'] },
  html: { label: 'HTML', aliases: ['htm'] },
  ini: { label: 'INI', aliases: ['conf'] },
  java: { label: 'Java' },
  javascript: {
    label: 'JavaScript',
    aliases: ['js', 'mjs', 'cjs', 'node'],
  },
  json: { label: 'JSON' },
  jsonc: { label: 'JSON', aliases: ['json5'] },
  jsx: { label: 'JSX' },
  julia: { label: 'Julia', aliases: ['jl'] },
  kotlin: { label: 'Kotlin', aliases: ['kt'] },
  latex: { label: 'LaTeX', aliases: ['tex'] },
  lua: { label: 'Lua' },
  make: { label: 'Makefile', aliases: ['makefile'] },
  markdown: { label: 'Markdown', aliases: ['md'] },
  perl: { label: 'Perl', aliases: ['pl'] },
  php: { label: 'PHP' },
  powershell: {
    label: 'PowerShell',
    aliases: ['ps1', 'ps'],
  },
  python: {
    label: 'Python',
    aliases: ['py', 'python3', 'pycon'],
  },
  r: { label: 'R' },
  ruby: { label: 'Ruby', aliases: ['rb'] },
  rust: { label: 'Rust', aliases: ['rs'] },
  scala: { label: 'Scala' },
  scss: { label: 'SCSS', aliases: ['sass'] },
  sql: {
    label: 'SQL',
    aliases: ['mysql', 'postgresql', 'sqlite'],
  },
  swift: { label: 'Swift' },
  toml: { label: 'TOML' },
  tsx: { label: 'TSX' },
  typescript: {
    label: 'TypeScript',
    aliases: ['ts', 'mts'],
  },
  verilog: { label: 'Verilog' },
  vue: { label: 'Vue' },
  xml: { label: 'XML', aliases: ['svg'] },
  yaml: { label: 'YAML', aliases: ['yml'] },
}

const names = new Map(
  Object.entries(languages).flatMap(([name, { aliases = [] }]) =>
    [name, ...aliases].map((alias) => [alias, name] as const),
  ),
)

/** The language that someone meant by what stands after a fence, or null if it has no colours. */
export function findLanguage(written: string) {
  const name = names.get(written.toLowerCase())
  const language = name === undefined ? undefined : languages[name]
  return name === undefined || language === undefined ? null : { name, ...language }
}
