import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { HostCommand } from '../shared/host.ts'
import type { HostTexts } from './texts/host-texts.ts'

type Send = (command: HostCommand) => void
type Item = MenuItemConstructorOptions

const separator: Item = { type: 'separator' }
const isMac = process.platform === 'darwin'

function fileMenu(texts: HostTexts, send: Send): Item {
  return {
    label: texts.file,
    submenu: [
      { label: texts.newChat, accelerator: 'CmdOrCtrl+N', click: () => send('new_chat') },
      { label: texts.search, accelerator: 'CmdOrCtrl+K', click: () => send('search') },
      { label: texts.models, click: () => send('models') },
      { label: texts.settings, accelerator: 'CmdOrCtrl+,', click: () => send('settings') },
      separator,
      isMac ? { role: 'close', label: texts.close } : { role: 'quit', label: texts.quit },
    ],
  }
}

function editMenu(texts: HostTexts): Item {
  return {
    label: texts.edit,
    submenu: [
      { role: 'undo', label: texts.undo },
      { role: 'redo', label: texts.redo },
      separator,
      { role: 'cut', label: texts.cut },
      { role: 'copy', label: texts.copy },
      { role: 'paste', label: texts.paste },
      { role: 'selectAll', label: texts.selectAll },
    ],
  }
}

function viewMenu(texts: HostTexts, send: Send): Item {
  return {
    label: texts.view,
    submenu: [
      {
        label: texts.toggleSidebar,
        accelerator: 'CmdOrCtrl+B',
        click: () => send('toggle_sidebar'),
      },
      separator,
      { role: 'zoomIn', label: texts.zoomIn },
      { role: 'zoomOut', label: texts.zoomOut },
      { role: 'resetZoom', label: texts.actualSize },
      separator,
      { role: 'togglefullscreen', label: texts.fullScreen },
      { role: 'toggleDevTools', label: texts.developerTools },
    ],
  }
}

function windowMenu(texts: HostTexts): Item {
  return {
    label: texts.window,
    submenu: [
      { role: 'minimize', label: texts.minimize },
      ...(isMac ? [] : [{ role: 'close', label: texts.close } satisfies Item]),
    ],
  }
}

function helpMenu(texts: HostTexts, send: Send): Item {
  return {
    role: 'help',
    label: texts.help,
    submenu: [{ label: texts.guide, accelerator: 'F1', click: () => send('guide') }],
  }
}

/** Shows the app's menu in a language; called again when the language changes. */
export function showMenu(texts: HostTexts, send: Send): void {
  const items: Item[] = [
    ...(isMac ? [{ role: 'appMenu' } satisfies Item] : []),
    fileMenu(texts, send),
    editMenu(texts),
    viewMenu(texts, send),
    windowMenu(texts),
    helpMenu(texts, send),
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(items))
}
