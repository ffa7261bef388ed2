/** The desktop app. Electron starts this file. */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { app, dialog, session } from 'electron'
import { exitCodes } from '../cli/exit-codes.ts'
import { appFolders } from '../core/app-folders.ts'
import { createApp } from '../core/create-app.ts'
import { FailedStarts } from '../core/failed-starts.ts'
import { appVersion } from '../http/app-version.ts'
import { appFiles } from './app-files.ts'
import { registerAppScheme } from './app-protocol.ts'
import { parseAppLink } from './app-link.ts'
import { commandLineOf, runCommandLine } from './command-line.ts'
import { keepCrashDumps } from './crash-dumps.ts'
import { DesktopApp } from './desktop-app.ts'
import { LogFile } from './log-file.ts'
import { forbidNavigation } from './navigation.ts'
import { openedByArguments, openedFile } from './opened-from-outside.ts'
import { makeOwnFolder } from './own-folder.ts'
import { endWithoutFolder, tellStartError } from './start-failure.ts'
import { StartingServer } from './starting-server.ts'
import { startStore } from './store-start.ts'
import { turnOffSpellChecker } from './spell-checker.ts'
import { systemSecretBox } from './system-secret-box.ts'
import { updateMeans } from './updates/update-means.ts'
import { hostTexts, localeOf } from './texts/host-texts.ts'

const { env } = process
const programFile = app.getPath('exe')
const files = appFiles(import.meta.dirname, env, app.isPackaged ? process.resourcesPath : null)
const commandLine = commandLineOf(process.argv)
const folders = appFolders(env, programFile)
const dataFolder = folders.data

/** An app that runs so long has started. */
const settledMs = 10_000

/** Ends the app for good: what is running is told, waited for and written. */
function closeBeforeQuit(close: () => Promise<void>): void {
  app.once('will-quit', (event) => {
    event.preventDefault()
    void close().finally(() => app.exit())
  })
}

/** Tells that an update did not work and starts this version again. */
function startAgain(): void {
  const texts = hostTexts(localeOf('system', app.getLocale()))
  dialog.showErrorBox(texts.updateFailed, texts.updateFailedText)
  app.relaunch(env['APPIMAGE'] === undefined ? {} : { execPath: env['APPIMAGE'] })
  app.exit()
}

async function run(): Promise<void> {
  const starts = new FailedStarts(dataFolder)
  if (starts.isSafeMode) app.disableHardwareAcceleration()
  starts.begin()
  const log = new LogFile(dataFolder)
  await app.whenReady()
  turnOffSpellChecker(session.defaultSession)
  let closed: Promise<void> | undefined
  const close = () => (closed ??= closeAll())
  const version = appVersion(app.getAppPath())
  const updates = await updateMeans({
    ...{ env, version, log, startAgain, sourceFile: files.updateSource },
    platform: process.platform,
    configFile: files.updateConfig,
    folder: join(folders.cache, 'updates'),
    closeApp: async () => {
      await close()
      app.releaseSingleInstanceLock() // the new version may start before this one is gone
    },
    exit: () => app.exit(),
  })
  const starting = createApp({
    host: 'desktop',
    updates,
    version,
    systemLocale: app.getLocale(),
    env,
    programFile,
    engineFile: files.engine,
    engineManifestFile: files.engineManifest,
    resourcesFolder: files.resources,
    secretBox: systemSecretBox,
    resolveProxy: (url) => session.defaultSession.resolveProxy(url),
    isSafeMode: starts.isSafeMode,
    // Loaded when it is needed: most people never switch it on.
    listenApi: async (options) =>
      (await import('../http/api/api-server.ts')).startApiServer(options),
    createAnswerer: (options) => {
      const loading = import('../http/api/create-answerer.ts')
      const answerer = loading.then(({ createAnswerer }) => createAnswerer(options))
      return async (path, body) => (await answerer)(path, body)
    },
    startStore: () => startStore(files.storeWorker, env),
    documentWorker: pathToFileURL(files.documentWorker),
    log,
  })
  const server = new StartingServer(starting)
  const desktop = new DesktopApp(files, dataFolder, server, log)
  async function closeAll(): Promise<void> {
    const core = await starting.catch(() => null) // it was told that it could not start
    if (core) starts.succeed()
    await core?.close().catch((error: unknown) => log.error('the app did not close well', error))
    await log.flush()
  }
  closeBeforeQuit(close)
  app.on('second-instance', (_event, argv, folder) => desktop.take(openedByArguments(argv, folder)))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    desktop.take(parseAppLink(url))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    desktop.take(openedFile(path))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  desktop.open()
  if (app.isPackaged) desktop.take(openedByArguments(process.argv, process.cwd()))
  try {
    await starting
    await desktop.follow()
    setTimeout(() => starts.succeed(), settledMs)
  } catch (error) {
    log.error('the app did not start', error)
    tellStartError(error)
    app.quit()
  }
}

/** Takes the folder that Electron locks, so that one app runs for each data folder. */
function takeOwnFolder(): boolean {
  const folder = join(dataFolder, 'electron')
  try {
    makeOwnFolder(folder)
  } catch (error) {
    void endWithoutFolder(dataFolder, error, commandLine !== null)
    return false
  }
  app.setPath('userData', folder)
  return true
}

async function startCommandLine(args: string[]): Promise<void> {
  app.dock?.hide() // of macOS, where a program in a terminal has no place
  app.exit(await runCommandLine(args, { files, folders, appFolder: app.getAppPath() }))
}

function start(): void {
  if (!app.requestSingleInstanceLock()) return app.quit()
  keepCrashDumps(dataFolder)
  registerAppScheme()
  // Elsewhere the installer says so.
  if (app.isPackaged && process.platform === 'win32') app.setAsDefaultProtocolClient('chatglm')
  app.on('web-contents-created', (_event, contents) => forbidNavigation(contents))
  run().catch((error: unknown) => {
    tellStartError(error)
    app.exit(exitCodes.unforeseen)
  })
}

if (takeOwnFolder()) {
  if (commandLine === null) start()
  else void startCommandLine(commandLine)
}
