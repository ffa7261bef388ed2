import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../setup/paths.ts'
import type { Work } from './work.ts'

/** What is shipped and is no npm package, with the file of its licence. */
const others: { name: string; licence: string; file: string }[] = [
  { name: 'Electron', licence: 'MIT', file: 'node_modules/electron/LICENSE' },
  { name: 'llama.cpp and ggml', licence: 'MIT', file: 'build/licences/texts/llama.cpp.txt' },
  {
    name: 'llamafile, whose matrix multiplication is a part of ggml',
    licence: 'MIT',
    file: 'build/licences/texts/llamafile.txt',
  },
  {
    name: 'xxHash, in the engine',
    licence: 'BSD-2-Clause',
    file: 'build/licences/texts/xxhash.txt',
  },
  {
    name: 'rotate-bits, in the engine',
    licence: 'MIT',
    file: 'build/licences/texts/rotate-bits.txt',
  },
  { name: 'JSON for Modern C++', licence: 'MIT', file: 'build/licences/texts/nlohmann-json.txt' },
  { name: 'PDF.js, in unpdf', licence: 'Apache-2.0', file: 'build/licences/texts/pdf.js.txt' },
  {
    name: 'tables of characters (CMaps) by Adobe, as PDF.js packs them',
    licence: 'BSD-3-Clause',
    file: 'resources/pdf-cmaps/LICENSE',
  },
  { name: 'SQLite', licence: 'public domain', file: 'build/licences/texts/sqlite.txt' },
  {
    name: 'fonts of KaTeX',
    licence: 'OFL-1.1',
    file: 'build/licences/texts/katex-fonts.txt',
  },
  {
    name: 'themes github-light-default and github-dark-default',
    licence: 'MIT',
    file: 'build/licences/texts/github-themes.txt',
  },
  {
    name: 'winpthreads, in the engine for Windows',
    licence: 'MIT',
    file: 'build/licences/texts/winpthreads.txt',
  },
]

/** Reads the licences of all that is shipped and is no npm package. */
export function otherWorks(): Promise<Work[]> {
  return Promise.all(
    others.map(async ({ name, licence, file }) => ({
      ...{ name, licence },
      text: (await readFile(join(root, file), 'utf8')).replaceAll('\r\n', '\n').trim(),
    })),
  )
}
