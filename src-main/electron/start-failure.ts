import { join } from 'node:path'
import { app, dialog } from 'electron'
import { exitCodes } from '../cli/exit-codes.ts'
import { hostTexts, localeOf } from './texts/host-texts.ts'

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Says in a window and on stderr why the app could not start. */
export function tellStartFailure(reason: string): void {
  process.stderr.write(`${reason}\n`)
  dialog.showErrorBox(hostTexts(localeOf('system', app.getLocale())).startFailed, reason)
}

/** The same for whatever was thrown. */
export const tellStartError = (error: unknown): void => tellStartFailure(messageOf(error))

/** Ends the app because its folder cannot be written to, and says so where a person sees it. */
export async function endWithoutFolder(
  folder: string,
  error: unknown,
  isCommandLine: boolean,
): Promise<void> {
  app.setPath('userData', join(app.getPath('temp'), 'chatglm-desktop')) // Electron wants one
  await app.whenReady()
  const { dataFolderFailed } = hostTexts(localeOf('system', app.getLocale()))
  const reason = `${dataFolderFailed}\n\n${folder}\n${messageOf(error)}`
  if (isCommandLine) process.stderr.write(`${reason}\n`)
  else tellStartFailure(reason)
  app.exit(exitCodes.unforeseen)
}
