import { join } from 'node:path'
import { root } from '../setup/paths.ts'
import { grammarWorks } from './grammars.ts'
import { npmPackages } from './npm-packages.ts'
import { otherWorks } from './other-works.ts'
import type { Work } from './work.ts'

/** The file that is shipped, and that the app shows. */
export const noticesFile = join(root, 'resources/licences/THIRD-PARTY-NOTICES.txt')

const line = '='.repeat(80)

const introduction = `What ChatGLM Desktop is made of

ChatGLM Desktop is under Apache-2.0. It holds the works below, each under its own licence. "npm run
licences" writes this file.

Chromium, Node.js, FFmpeg and what else is inside Electron have their own licences, which are in the
file LICENSES.chromium.html beside the program.

The engine for Windows holds parts of libgcc and libstdc++, which are under the GNU General Public
License, version 3 or later, with the GCC Runtime Library Exception, version 3.1. The exception
permits this under any licence: https://www.gnu.org/licenses/gcc-exception-3.1.html

Not shipped, but downloaded when a person asks for it: the weights of models, whose licences are
shown before the first download, and the CUDA pack, of which the module is a part of llama.cpp (MIT)
and the libraries are NVIDIA's, under the CUDA Toolkit End User License Agreement:
https://docs.nvidia.com/cuda/eula/`

/** Everything by others that is shipped. */
export async function shippedWorks(): Promise<Work[]> {
  return [...(await otherWorks()), ...(await grammarWorks()), ...(await npmPackages())]
}

/** Names works under the same words together and says those words once. */
export function noticesOf(works: readonly Work[]): string {
  const byText = new Map<string, Work[]>()
  for (const work of works) {
    const key = `${work.licence}\n\n${work.text}`
    byText.set(key, [...(byText.get(key) ?? []), work])
  }
  const parts = [...byText].map(([text, group]) => {
    const names = group.map(({ name }) => name)
    return `${names.join('\n')}\n\n${text}`
  })
  return `${[introduction, ...parts].join(`\n\n${line}\n`)}\n`
}
