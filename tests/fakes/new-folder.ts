import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder for the test that runs, gone after it. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chatglm-test-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A file in a new folder. Returns its path. */
export function writeNewFile(name: string, content: string): string {
  const file = join(newFolder(), name)
  writeFileSync(file, content)
  return file
}
