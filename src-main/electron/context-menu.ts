import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import type { HostTexts } from './texts/host-texts.ts'

/** Offers what can be done with the text under the pointer, in the language of the moment. */
export function showContextMenus(window: BrowserWindow, texts: () => HostTexts): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    const { cut, copy, paste, selectAll } = texts()
    const copying: MenuItemConstructorOptions = { role: 'copy', label: copy }
    const editing: MenuItemConstructorOptions[] = [
      { role: 'cut', label: cut, enabled: editFlags.canCut },
      { ...copying, enabled: editFlags.canCopy },
      { role: 'paste', label: paste, enabled: editFlags.canPaste },
      { role: 'selectAll', label: selectAll },
    ]
    if (isEditable) Menu.buildFromTemplate(editing).popup({ window })
    else if (selectionText.trim() !== '') Menu.buildFromTemplate([copying]).popup({ window })
  })
}
