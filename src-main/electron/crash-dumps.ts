import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { app, crashReporter } from 'electron'

const keptDumps = 10

/** Crashpad's own folders differ by system; dumps end alike. */
function dumpsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.dmp'))
      .map((name) => join(folder, name))
  } catch {
    return [] // nothing has crashed yet
  }
}

const changedAt = (file: string): number => statSync(file).mtimeMs

/**
 * Keeps dumps of crashed processes in the data folder, the latest few. They hold memory and so text of
 * chats: they never leave this computer. Must be called before the app is ready.
 */
export function keepCrashDumps(dataFolder: string): void {
  const folder = join(dataFolder, 'crashes')
  app.setPath('crashDumps', folder)
  crashReporter.start({ uploadToServer: false })
  const dumps = dumpsIn(folder).sort((a, b) => changedAt(b) - changedAt(a))
  for (const old of dumps.slice(keptDumps)) rmSync(old, { force: true })
}
