import { dialog, shell, type BrowserWindow } from 'electron'
import { AppError } from '../shared/errors.ts'
import { decideLink } from './link-decision.ts'
import type { HostTexts } from './texts/host-texts.ts'

/** Opens an address outside the app. The only place that does. */
export async function openLink(
  address: string,
  window: BrowserWindow,
  texts: HostTexts,
): Promise<void> {
  const decision = decideLink(address)
  if (decision.type === 'refuse') {
    throw new AppError(
      'host.link_refused',
      'The app opens only web and mail addresses. Copy the link to look at it.',
    )
  }
  if (decision.type === 'ask') {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: texts.linkQuestion,
      detail: decision.url,
      buttons: [texts.open, texts.cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    })
    if (response !== 0) return
  }
  await shell.openExternal(decision.url)
}
