import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { appAddress } from './app-address.ts'
import { isVisible, readPlace, writePlace } from './window-place.ts'

export interface WindowOptions {
  preloadFile: string
  iconFile: string
  /** Keeps the window's place. */
  dataFolder: string
}

/** The renderer's own background, so that nothing flashes before it has drawn. */
const background = { dark: '#141412', light: '#fbfaf8' }

function openingPlace(file: string) {
  const place = readPlace(file)
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  if (place === null || !isVisible(place, screens)) return { width: 1180, height: 780 }
  return place
}

/** Opens the app's window, where it was last, as soon as it has something to show. */
export function openWindow({ preloadFile, iconFile, dataFolder }: WindowOptions): BrowserWindow {
  const placeFile = join(dataFolder, 'window.json')
  const place = openingPlace(placeFile)
  const window = new BrowserWindow({
    ...place,
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: 'ChatGLM Desktop',
    icon: iconFile,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if ('isMaximized' in place && place.isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () =>
    writePlace(placeFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() }),
  )
  void window.loadURL(appAddress)
  return window
}
