import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes the folder that Electron keeps its own files and its lock in, and tries whether a file can be
 * written there: a full disk and a lost right show only then. Throws the system's error.
 */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const trial = join(folder, `trial-${process.pid}`)
  writeFileSync(trial, 'x')
  rmSync(trial)
}
