import type { ElectronApplication } from '@playwright/test'
import type { AppDriver } from '../harness/app-driver.ts'

/** Electron's main process; there is one in every test of this folder. */
export function mainProcess(app: AppDriver): ElectronApplication {
  if (app.electron === null) throw new Error('This test is for Electron.')
  return app.electron
}

interface Recorded {
  opened: string[]
  questions: string[]
}

/** Answers the app's dialogs with a button, and notes what would have been opened. */
export async function recordLinks(
  app: AppDriver,
  button: number,
): Promise<() => Promise<Recorded>> {
  const electron = mainProcess(app)
  await electron.evaluate(({ dialog, shell }, response) => {
    const recorded: Recorded = { opened: [], questions: [] }
    Object.assign(globalThis, { recorded })
    shell.openExternal = async (url) => void recorded.opened.push(url)
    dialog.showMessageBox = async (...args: unknown[]) => {
      const options = args.at(-1) as Electron.MessageBoxOptions
      recorded.questions.push(options.detail ?? '')
      return { response, checkboxChecked: false }
    }
  }, button)
  return () => electron.evaluate(() => (globalThis as unknown as { recorded: Recorded }).recorded)
}
