import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** What Debian's package is called. */
export const packageName = 'chatglm-desktop'

/** Where the package puts the app. */
export const installFolder = '/opt/chatglm-desktop'

/** Why the package cannot be installed here; null where it can. */
export async function reasonNotToInstall(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'packages are made on Linux x64'
  if (process.getuid?.() !== 0) return 'only root installs packages'
  const asked = await execa('dpkg-query', ['-W', packageName], { reject: false })
  if (asked.exitCode === undefined) return 'there is no dpkg here'
  return asked.exitCode === 0 ? 'the app is installed here, and is left alone' : null
}

/** Installs packages of Debian, waiting for whoever else does. */
export async function dpkg(...args: string[]): Promise<string> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  for (let attempt = 1; ; attempt += 1) {
    const { exitCode, all } = await execa('dpkg', args, { env, reject: false, all: true })
    if (exitCode === 0) return all
    if (attempt === 60 || !all.includes('lock')) throw new Error(`dpkg ${args.join(' ')}:\n${all}`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

const watched = ['/opt', '/usr/bin', '/usr/share', '/etc', '/var/lib/dpkg/info']

/** The name of everything where packages are installed. */
export async function filesOfMachine(): Promise<Set<string>> {
  const { stdout } = await execa('find', watched, { maxBuffer: 1 << 28 })
  return new Set(stdout.split('\n'))
}

/** What one machine has and another has not. */
export const added = (before: Set<string>, after: Set<string>): string[] =>
  [...after].filter((path) => !before.has(path))

/** What a folder holds, by the SHA-256 of each file. */
export async function hashesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const hashes = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ] as const
  })
  return Object.fromEntries(await Promise.all(hashes))
}
