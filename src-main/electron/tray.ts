import { Menu, Tray } from 'electron'
import type { HostTexts } from './texts/host-texts.ts'

export interface TrayActions {
  show(): void
  newChat(): void
  quit(): void
}

/** The app's sign in the system's tray, which is there while closing means hiding. */
export class AppTray {
  private tray: Tray | null = null
  private readonly iconFile: string
  private readonly actions: TrayActions

  constructor(iconFile: string, actions: TrayActions) {
    this.iconFile = iconFile
    this.actions = actions
  }

  /** Shows or hides the sign, in a language. */
  update(isShown: boolean, texts: HostTexts): void {
    if (!isShown) {
      this.tray?.destroy()
      this.tray = null
      return
    }
    this.tray ??= this.create()
    this.tray.setToolTip('ChatGLM Desktop')
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: texts.show, click: () => this.actions.show() },
        { label: texts.newChat, click: () => this.actions.newChat() },
        { type: 'separator' },
        { label: texts.quit, click: () => this.actions.quit() },
      ]),
    )
  }

  private create(): Tray {
    const tray = new Tray(this.iconFile)
    tray.on('click', () => this.actions.show())
    return tray
  }
}
