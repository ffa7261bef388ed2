import { app, session, type BrowserWindow } from 'electron'
import type { AppServer } from '../core/app/app-server.ts'
import type { EventMessage } from '../shared/app-api.ts'
import type { HostCommand } from '../shared/host.ts'
import type { ChatId } from '../shared/ids.ts'
import { appAddress } from './app-address.ts'
import type { AppFiles } from './app-files.ts'
import { serveRenderer } from './app-protocol.ts'
import { showContextMenus } from './context-menu.ts'
import { desktopServices } from './host-services.ts'
import { pathOfAnswers, pathOfResults, writeReport } from './path-of-output.ts'
import { pathOfModel } from './path-of-model.ts'
import { FollowedSettings } from './host-settings.ts'
import { connectWindow, sendEvent } from './ipc.ts'
import type { LogFile } from './log-file.ts'
import { showMenu } from './menu.ts'
import { noticeOf, notify } from './notifications.ts'
import { OpenedChats } from './opened-chats.ts'
import type { OpenedFromOutside } from './opened-from-outside.ts'
import { recoverPage } from './page-recovery.ts'
import { restrictPermissions } from './permissions.ts'
import { hostTexts, localeOf, type HostTexts } from './texts/host-texts.ts'
import { AppTray } from './tray.ts'
import { openWindow } from './window.ts'

/** The app on a desktop: one window, its menu, its sign in the tray, its notifications. */
export class DesktopApp {
  private readonly settings = new FollowedSettings(() => this.applySettings())
  private readonly tray: AppTray
  private readonly files: AppFiles
  private readonly dataFolder: string
  private readonly server: AppServer
  private readonly log: LogFile
  private readonly openedChats = new OpenedChats()
  private window: BrowserWindow | null = null
  private isQuitting = false

  constructor(files: AppFiles, dataFolder: string, server: AppServer, log: LogFile) {
    this.files = files
    this.dataFolder = dataFolder
    this.server = server
    this.log = log
    this.tray = new AppTray(files.trayIcon, {
      show: () => this.show(),
      newChat: () => this.command('new_chat'),
      quit: () => app.quit(),
    })
  }

  /** Opens the window. The renderer may ask at once; it is answered when the core has started. */
  open(): void {
    serveRenderer(session.defaultSession, this.files.renderer)
    restrictPermissions(session.defaultSession)
    this.applySettings()
    this.show()
    app.on('activate', () => this.show())
    app.on('before-quit', () => (this.isQuitting = true))
  }

  /** Takes up the settings and the notifications, once the core has started. */
  async follow(): Promise<void> {
    this.server.subscribe((message) => this.notice(message))
    await this.settings.follow(this.server)
  }

  /** Brings the window to the front, and opens it when there is none. */
  show(): void {
    const window = (this.window ??= this.createWindow())
    if (window.isMinimized()) window.restore()
    if (!window.webContents.isLoading()) window.show()
    window.focus()
  }

  /** Does what a link or an opened file asks, and shows the window whatever that is. */
  take(opened: OpenedFromOutside): void {
    this.show()
    switch (opened.type) {
      case 'new_chat':
        return this.goTo(`/?text=${encodeURIComponent(opened.text)}`)
      case 'open_chat':
        return this.goTo(`/chat/${opened.chatId}`)
      case 'open_model':
        this.goTo('/models')
        void this.server.handle('model.open', { path: opened.path }, {})
        return
      case 'open_chats':
        this.openedChats.offer(opened.path)
        return this.command('import_opened') // a page that is not there yet asks by itself
      case 'ignored':
        return
    }
  }

  private createWindow(): BrowserWindow {
    const window = openWindow({
      preloadFile: this.files.preload,
      iconFile: this.files.icon,
      dataFolder: this.dataFolder,
    })
    const services = desktopServices(
      window,
      this.dataFolder,
      () => this.texts(),
      {
        model: (id) => pathOfModel(this.server, id),
        answers: () => pathOfAnswers(this.server),
        results: () => pathOfResults(this.server),
        report: () => writeReport(this.server),
      },
      this.openedChats,
    )
    const disconnect = connectWindow(window, this.server, services)
    showContextMenus(window, () => this.texts())
    recoverPage(window, this.log, () => this.texts())
    window.on('close', (event) => {
      if (this.isQuitting || !this.settings.current.closeToTray) return
      event.preventDefault()
      window.hide()
    })
    window.on('closed', () => {
      disconnect()
      this.window = null
    })
    return window
  }

  private texts(): HostTexts {
    return hostTexts(localeOf(this.settings.current.language, app.getLocale()))
  }

  private applySettings(): void {
    showMenu(this.texts(), (command) => this.command(command))
    this.tray.update(this.settings.current.closeToTray, this.texts())
  }

  private command(command: HostCommand): void {
    this.show()
    if (this.window) sendEvent(this.window, { event: 'host.command', payload: { command } })
  }

  private notice(message: EventMessage): void {
    if (!this.settings.current.notifyWhenFinished || this.window?.isFocused()) return
    const notice = noticeOf(message)
    if (notice === null) return
    notify(this.texts().replyFinished, notice, () => this.openChat(notice.chatId))
  }

  /** Shows a page of the renderer, which may still be loading. */
  private goTo(path: string): void {
    const { window } = this
    if (window === null) return
    const load = () => void window.loadURL(`${appAddress}#${path}`)
    if (window.webContents.isLoading()) window.webContents.once('did-finish-load', load)
    else load()
  }

  private openChat(chatId: ChatId): void {
    this.take({ type: 'open_chat', chatId })
  }
}
