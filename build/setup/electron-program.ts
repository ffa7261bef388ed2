import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.ts'
import { say } from './run.ts'

const packageFolder = join(root, 'node_modules/electron')
const downloadLimitMs = 15 * 60_000

/** The program of the `electron` package, if its download is there. */
export function installedElectron(): string | null {
  const pathFile = join(packageFolder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const program = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : null
}

/** Downloads Electron with the package's own script, once; null when it cannot be had. */
export async function ensureElectron(): Promise<string | null> {
  const installed = installedElectron()
  if (installed !== null) return installed
  say('Downloading Electron …')
  await execa(process.execPath, [join(packageFolder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: downloadLimitMs,
    reject: false,
  })
  return installedElectron()
}
