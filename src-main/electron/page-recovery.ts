import { dialog, type BrowserWindow } from 'electron'
import { CrashWindow } from '../core/engine/crash-window.ts'
import type { LogFile } from './log-file.ts'
import type { HostTexts } from './texts/host-texts.ts'

/** The page is loaded again by itself, but not for ever. */
const policy = { maxCrashes: 4, windowMs: 60_000, initialDelayMs: 50, maxDelayMs: 1000 }

/**
 * Loads the page again when its process ends by itself: where it was, with the draft, since both are
 * kept outside of it. When that does not help, or the page hangs, the person is asked.
 */
export function recoverPage(window: BrowserWindow, log: LogFile, texts: () => HostTexts): void {
  const crashes = new CrashWindow(policy)
  const { webContents } = window

  function load(): void {
    if (!window.isDestroyed()) webContents.reload()
  }

  async function ask(message: string, waitLabel: string, isDefault: 0 | 1): Promise<void> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      buttons: [texts().loadAgain, waitLabel],
      defaultId: isDefault,
      cancelId: 1,
    })
    if (response === 0) load()
  }

  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.info(`the page's process ended: ${reason} (${exitCode})`)
    const verdict = crashes.record(performance.now())
    if (verdict.type === 'restart') setTimeout(load, verdict.delayMs)
    else void ask(texts().pageCrashed, texts().cancel, 0)
  })
  window.on('unresponsive', () => {
    log.info('the page does not answer')
    void ask(texts().pageHangs, texts().wait, 1)
  })
}
