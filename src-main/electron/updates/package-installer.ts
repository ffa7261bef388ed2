import { join } from 'node:path'
import { type AppUpdater, BaseUpdater, MacUpdater, NsisUpdater } from 'electron-updater'
import type { NetworkOptions } from '../../core/downloads/network.ts'
import type { Logger } from '../../core/logger.ts'
import type { Release } from '../../core/updates/release-metadata.ts'
import type { DownloadingUpdate, UpdateInstaller } from '../../core/updates/update-means.ts'
import { WholeAppImageUpdater } from './app-image-updater.ts'
import { ReleaseDownload } from './release-download.ts'
import { releaseProvider } from './release-provider.ts'

export interface PackageInstallerOptions {
  platform: NodeJS.Platform
  address: string
  version: string
  /** What is fetched and not yet installed. */
  folder: string
  /** What electron-builder writes beside the app: the publisher's name on Windows, for one. */
  configFile: string
  network: () => NetworkOptions
  log: Logger
  /** Ends the app's services, so that nothing is lost when its process ends. */
  closeApp: () => Promise<void>
  /** Ends the process. */
  exit: () => void
  /** Tells the person that this version stays, and starts it again: its services have ended. */
  startAgain: () => void
}

type Current = DownloadingUpdate & { release: Release }

/** Installs AppImages, NSIS installers and Mac apps with electron-updater. */
export class PackageInstaller implements UpdateInstaller {
  private readonly updater: AppUpdater
  private current: Current | null = null

  constructor(private readonly options: PackageInstallerOptions) {
    const { address, folder, network, log } = options
    this.updater = createUpdater(options)
    const download = new ReleaseDownload({ address, folder: join(folder, 'fetching'), network })
    const executor = {
      download: (url: URL, destination: string) =>
        download.fetch(url, destination, this.asked()).then(() => destination),
    }
    Object.assign(this.updater, { httpExecutor: executor })
    Object.assign(this.updater, {
      autoDownload: false,
      autoInstallOnAppQuit: false,
      allowDowngrade: false,
      disableWebInstaller: true,
      disableDifferentialDownload: true,
      logger: {
        info: (text: string) => log.info(`update: ${text}`),
        warn: (text: string) => log.info(`update: ${text}`),
        error: (text: string) => log.error('update', text),
      },
    })
    this.updater.setFeedURL(releaseProvider(address, () => this.asked().release))
  }

  async download(release: Release, options: DownloadingUpdate): Promise<void> {
    this.current = { ...options, release }
    const found = await this.updater.checkForUpdates()
    if (found?.isUpdateAvailable !== true)
      throw new Error(`electron-updater does not take version ${release.version}`)
    await this.updater.downloadUpdate()
  }

  async install(): Promise<void> {
    const { closeApp, exit, startAgain, log } = this.options
    await closeApp()
    if (!(this.updater instanceof BaseUpdater)) return this.updater.quitAndInstall() // it waits for our end
    if (this.updater.install(true, true)) return exit()
    log.error('the update was not installed', new Error('The installer did not start.'))
    startAgain()
  }

  private asked(): Current {
    if (this.current === null) throw new Error('No version was asked for.')
    return this.current
  }
}

function createUpdater(options: PackageInstallerOptions): AppUpdater {
  const { platform, version, folder, configFile, exit } = options
  const app = {
    ...{ version, name: 'chatglm-desktop', isPackaged: true, appUpdateConfigPath: configFile },
    ...{ userDataPath: folder, baseCachePath: folder },
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit: exit,
    onQuit: () => undefined, // nothing is installed unasked
  }
  if (platform === 'win32') return new NsisUpdater(null, app)
  if (platform === 'darwin') return new MacUpdater(undefined, app)
  return new WholeAppImageUpdater(null, app)
}
