import { ensureApp } from './app-build.ts'
import { ensureElectron } from './electron-program.ts'
import { runInForeground, runProgram } from './foreground.ts'
import { root } from './paths.ts'
import { say } from './run.ts'

/** Whether a window could be shown: on Linux only where there is a display. */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
}

/** Builds the app when needed and serves it to a browser on this computer. */
export async function serveWeb(args: string[]): Promise<void> {
  await ensureApp()
  await runProgram('src-main/cli/main.ts', ['serve', '--web', ...args])
}

/** Opens the app in a window; in a browser where there is no display or no Electron. */
export async function startApp(args: string[]): Promise<void> {
  if (!hasDisplay()) {
    say('There is no display here, so the app is served to a browser.')
    return serveWeb(args)
  }
  const electron = await ensureElectron()
  if (electron === null) {
    say(
      'Electron could not be downloaded, so the app is served to a browser. The next start tries again.',
    )
    return serveWeb(args)
  }
  await ensureApp()
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  await runInForeground(electron, [...flags, root, ...args])
}
