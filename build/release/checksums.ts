import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashesOfFile } from './hash-of-file.ts'

/** The name that `sha256sum --check` is given. */
export const checksumsName = 'SHA256SUMS'

/** Writes the SHA-256 of every file of `folder` as `sha256sum` does, and returns the text. */
export async function writeChecksums(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && entry.name !== checksumsName)
    .map(({ name }) => name)
    .sort()
  const lines: string[] = []
  for (const name of names) {
    const { sha256 } = await hashesOfFile(join(folder, name))
    lines.push(`${sha256}  ${name}\n`)
  }
  const text = lines.join('')
  await writeFile(join(folder, checksumsName), text)
  return text
}
