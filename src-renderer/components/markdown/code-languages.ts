import type { LanguageInput } from 'shiki/core'

interface CodeLanguage {
  label: string
  /** How else people write it after the fence. */
  aliases?: string[]
  load: LanguageInput
}

/** The languages that are coloured. Each is loaded with the first block in it. */
const languages: Record<string, CodeLanguage> = {
  bash: {
    label: 'Shell',
    aliases: ['sh', 'shell', 'zsh', 'console', 'shellscript'],
    load: () => import('shiki/langs/bash.mjs'),
  },
  c: { label: 'C', aliases: ['h'], load: () => import('shiki/langs/c.mjs') },
  cmake: { label: 'CMake', load: () => import('shiki/langs/cmake.mjs') },
  cpp: {
    label: 'C++',
    aliases: ['c++', 'cc', 'cxx', 'hpp', 'cuda', 'cu'],
    load: () => import('shiki/langs/cpp.mjs'),
  },
  csharp: { label: 'C#', aliases: ['cs', 'c#'], load: () => import('shiki/langs/csharp.mjs') },
  css: { label: 'CSS', load: () => import('shiki/langs/css.mjs') },
  dart: { label: 'Dart', load: () => import('shiki/langs/dart.mjs') },
  diff: { label: 'Diff', aliases: ['patch'], load: () => import('shiki/langs/diff.mjs') },
  docker: {
    label: 'Dockerfile',
    aliases: ['dockerfile'],
    load: () => import('shiki/langs/docker.mjs'),
  },
  go: { label: 'Go', aliases: ['golang'], load: () => import('shiki/langs/go.mjs') },
  graphql: { label: 'GraphQL', load: () => import('shiki/langs/graphql.mjs') },
  haskell: { label: 'Haskell', aliases: ['hs'], load: () => import('shiki/langs/haskell.mjs') },
  html: { label: 'HTML', aliases: ['htm'], load: () => import('shiki/langs/html.mjs') },
  ini: { label: 'INI', aliases: ['conf'], load: () => import('shiki/langs/ini.mjs') },
  java: { label: 'Java', load: () => import('shiki/langs/java.mjs') },
  javascript: {
    label: 'JavaScript',
    aliases: ['js', 'mjs', 'cjs', 'node'],
    load: () => import('shiki/langs/javascript.mjs'),
  },
  json: { label: 'JSON', load: () => import('shiki/langs/json.mjs') },
  jsonc: { label: 'JSON', aliases: ['json5'], load: () => import('shiki/langs/jsonc.mjs') },
  jsx: { label: 'JSX', load: () => import('shiki/langs/jsx.mjs') },
  julia: { label: 'Julia', aliases: ['jl'], load: () => import('shiki/langs/julia.mjs') },
  kotlin: { label: 'Kotlin', aliases: ['kt'], load: () => import('shiki/langs/kotlin.mjs') },
  latex: { label: 'LaTeX', aliases: ['tex'], load: () => import('shiki/langs/latex.mjs') },
  lua: { label: 'Lua', load: () => import('shiki/langs/lua.mjs') },
  make: { label: 'Makefile', aliases: ['makefile'], load: () => import('shiki/langs/make.mjs') },
  markdown: { label: 'Markdown', aliases: ['md'], load: () => import('shiki/langs/markdown.mjs') },
  matlab: { label: 'MATLAB', load: () => import('shiki/langs/matlab.mjs') },
  nginx: { label: 'nginx', load: () => import('shiki/langs/nginx.mjs') },
  perl: { label: 'Perl', aliases: ['pl'], load: () => import('shiki/langs/perl.mjs') },
  php: { label: 'PHP', load: () => import('shiki/langs/php.mjs') },
  powershell: {
    label: 'PowerShell',
    aliases: ['ps1', 'ps'],
    load: () => import('shiki/langs/powershell.mjs'),
  },
  python: {
    label: 'Python',
    aliases: ['py', 'python3', 'pycon'],
    load: () => import('shiki/langs/python.mjs'),
  },
  r: { label: 'R', load: () => import('shiki/langs/r.mjs') },
  ruby: { label: 'Ruby', aliases: ['rb'], load: () => import('shiki/langs/ruby.mjs') },
  rust: { label: 'Rust', aliases: ['rs'], load: () => import('shiki/langs/rust.mjs') },
  scala: { label: 'Scala', load: () => import('shiki/langs/scala.mjs') },
  scss: { label: 'SCSS', aliases: ['sass'], load: () => import('shiki/langs/scss.mjs') },
  sql: {
    label: 'SQL',
    aliases: ['mysql', 'postgresql', 'sqlite'],
    load: () => import('shiki/langs/sql.mjs'),
  },
  swift: { label: 'Swift', load: () => import('shiki/langs/swift.mjs') },
  toml: { label: 'TOML', load: () => import('shiki/langs/toml.mjs') },
  tsx: { label: 'TSX', load: () => import('shiki/langs/tsx.mjs') },
  typescript: {
    label: 'TypeScript',
    aliases: ['ts', 'mts'],
    load: () => import('shiki/langs/typescript.mjs'),
  },
  verilog: { label: 'Verilog', load: () => import('shiki/langs/verilog.mjs') },
  vue: { label: 'Vue', load: () => import('shiki/langs/vue.mjs') },
  xml: { label: 'XML', aliases: ['svg'], load: () => import('shiki/langs/xml.mjs') },
  yaml: { label: 'YAML', aliases: ['yml'], load: () => import('shiki/langs/yaml.mjs') },
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
