import { existsSync } from 'node:fs'
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../setup/paths.ts'
import { SetupError } from '../setup/run.ts'

/** What the prebuilt libraries of llama.cpp for Windows load, and their own needs. */
const libraries = ['msvcp140.dll', 'vcruntime140.dll', 'vcruntime140_1.dll']

const notice = join(root, 'build/licences/texts/visual-cpp-runtime.txt')

/**
 * Puts Microsoft's runtime beside the engine, where Windows looks first, from the folder that Visual
 * Studio names `VCToolsRedistDir`. So nobody has to install it, and no administrator is needed.
 */
export async function copyVisualCppRuntime(redistributable: string, folder: string): Promise<void> {
  const base = join(redistributable, 'x64')
  if (redistributable === '' || !existsSync(base))
    throw new SetupError(
      'Visual Studio has no x64 runtime to bring along. Run this where its compiler is set up (VCToolsRedistDir).',
    )
  const version = (await readdir(base)).find((name) => /^Microsoft\.VC\d+\.CRT$/.test(name))
  if (version === undefined) throw new SetupError(`${base} has no folder Microsoft.VC….CRT.`)
  const present = await readdir(join(base, version))
  for (const library of libraries) {
    const name = present.find((one) => one.toLowerCase() === library)
    if (name === undefined) throw new SetupError(`${join(base, version)} has no ${library}.`)
    await copyFile(join(base, version, name), join(folder, library))
  }
  await copyFile(notice, join(folder, 'Microsoft-Visual-C++-Runtime.txt'))
}
