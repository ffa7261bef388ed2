import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../setup/paths.ts'
import type { Work } from './work.ts'

/** A work that is no npm package of ours. */
export interface OtherWork extends Work {
  /** Its name in the SBOM, where it stands with a version and an address of its own. */
  component?: string
  /** The name in the SBOM of what brings it; nothing when the app itself does. */
  inside?: string
  /** What the engine's build and its includes call it. */
  engineNames?: readonly string[]
}

const texts = 'build/licences/texts'

/** What is shipped and is no npm package, with the file of its licence. */
const others: (Omit<OtherWork, 'text'> & { file: string })[] = [
  {
    ...{ name: 'Electron', component: 'electron', licence: 'MIT' },
    file: 'node_modules/electron/LICENSE',
  },
  {
    ...{ name: 'llama.cpp and ggml', component: 'llama.cpp', licence: 'MIT' },
    engineNames: ['llama', 'ggml', 'gguf', 'tools', 'node-llama-cpp', '@node-llama-cpp'],
    file: `${texts}/llama.cpp.txt`,
  },
  {
    name: 'llamafile, whose matrix multiplication is a part of ggml',
    ...{ licence: 'MIT', inside: 'llama.cpp', file: `${texts}/llamafile.txt` },
  },
  {
    ...{ name: 'xxHash, in the engine', licence: 'BSD-2-Clause', inside: 'llama.cpp' },
    ...{ engineNames: ['hash', 'xxhash'], file: `${texts}/xxhash.txt` },
  },
  {
    ...{ name: 'SHA-256 by Igor Pavlov, in the engine', licence: 'public domain' },
    ...{ inside: 'llama.cpp', engineNames: ['sha256'], file: `${texts}/sha256.txt` },
  },
  {
    ...{ name: 'rotate-bits, in the engine', licence: 'MIT', inside: 'llama.cpp' },
    ...{ engineNames: ['rotate-bits'], file: `${texts}/rotate-bits.txt` },
  },
  {
    ...{ name: 'JSON for Modern C++', licence: 'MIT', inside: 'llama.cpp' },
    ...{ engineNames: ['nlohmann'], file: `${texts}/nlohmann-json.txt` },
  },
  {
    ...{ name: 'PDF.js, in unpdf', licence: 'Apache-2.0', inside: 'unpdf' },
    file: `${texts}/pdf.js.txt`,
  },
  {
    name: 'tables of characters (CMaps) by Adobe, as PDF.js packs them',
    ...{ licence: 'BSD-3-Clause', file: 'resources/pdf-cmaps/LICENSE' },
  },
  {
    ...{ name: 'SQLite', licence: 'public domain', inside: 'better-sqlite3' },
    file: `${texts}/sqlite.txt`,
  },
  {
    ...{ name: 'fonts of KaTeX', licence: 'OFL-1.1', inside: 'katex' },
    file: `${texts}/katex-fonts.txt`,
  },
  {
    ...{ name: 'themes github-light-default and github-dark-default', licence: 'MIT' },
    ...{ inside: 'shiki', file: `${texts}/github-themes.txt` },
  },
  {
    ...{ name: 'winpthreads, in the engine for Windows', licence: 'MIT' },
    file: `${texts}/winpthreads.txt`,
  },
  {
    name: "Microsoft's Visual C++ runtime, beside the engine for Windows",
    ...{ licence: 'LicenseRef-Visual-Studio' },
    file: `${texts}/visual-cpp-runtime.txt`,
  },
]

/** Reads the licences of all that is shipped and is no npm package. */
export function otherWorks(): Promise<OtherWork[]> {
  return Promise.all(
    others.map(async ({ file, ...work }) => ({
      ...work,
      text: (await readFile(join(root, file), 'utf8')).replaceAll('\r\n', '\n').trim(),
    })),
  )
}
