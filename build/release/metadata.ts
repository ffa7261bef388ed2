import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { metadataName, type Release } from '../../src-main/core/updates/release-metadata.ts'
import { SetupError } from '../setup/run.ts'
import { hashesOfFile } from './hash-of-file.ts'

/** What the app replaces itself with on each system, as `builder-config.ts` names it. */
const updatedFiles = [
  { name: metadataName('win32', 'x64'), pattern: /-win-x64-setup\.exe$/ },
  { name: metadataName('darwin', 'arm64'), pattern: /-mac-(arm64|x64)\.zip$/ },
  { name: metadataName('linux', 'x64'), pattern: /-linux-x86_64\.AppImage$/ },
  { name: metadataName('linux', 'arm64'), pattern: /-linux-arm64\.AppImage$/ },
]

/**
 * Writes `latest*.yml` beside the installers of `folder`: one for each system that has any. Returns
 * their names. Refuses installers of another version.
 */
export async function writeMetadata(
  folder: string,
  version: string,
  releasedAt: Date,
): Promise<string[]> {
  const present = await readdir(folder)
  const written: string[] = []
  for (const { name, pattern } of updatedFiles) {
    const installers = present.filter((file) => pattern.test(file)).sort()
    const other = installers.find((file) => !file.startsWith(`chatglm-desktop-${version}-`))
    if (other !== undefined) throw new SetupError(`${other} is not of version ${version}.`)
    const files = await Promise.all(
      installers.map(async (url) => {
        const file = join(folder, url)
        return { url, size: (await stat(file)).size, ...(await hashesOfFile(file)) }
      }),
    )
    const [first] = files
    if (first === undefined) continue
    const release: Release = {
      ...{ version, files, path: first.url, sha512: first.sha512 },
      releaseDate: releasedAt.toISOString(),
    }
    await writeFile(join(folder, name), dump(release, { lineWidth: -1 }))
    written.push(name)
  }
  if (written.length === 0) throw new SetupError(`${folder} has no installer that updates itself.`)
  return written
}
