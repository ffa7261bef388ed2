import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedFolder, fillFolder } from './cached-folder.ts'
import { extractPackage, type LockedPackage } from './extract-package.ts'
import { hostPlatform, root } from './paths.ts'
import { say, SetupError } from './run.ts'

/** Fetches the pinned Zig, by which Linux compiles for macOS, and returns its program. */
export async function ensureZig(): Promise<string> {
  if (hostPlatform !== 'linux-x64')
    throw new SetupError('The engine for macOS is built on a Mac or on Linux on x86-64.')
  const text = await readFile(join(root, 'engine/zig.lock.json'), 'utf8')
  const lock = JSON.parse(text) as LockedPackage & { program: string }
  const folder = cachedFolder('zig', hostPlatform, lock)
  await fillFolder(folder, async (draft) => {
    say(`Fetching ${lock.package} …`)
    await extractPackage(lock, draft)
    await chmod(join(draft, lock.program), 0o755)
  })
  return join(folder, lock.program)
}
