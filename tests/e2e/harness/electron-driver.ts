import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { root } from '../../../build/setup/paths.ts'
import { ensureTestElectron } from '../../../build/setup/test-electron.ts'
import type { AppDriver } from './app-driver.ts'
import { appEnvironment } from './app-environment.ts'
import { installedElectron } from '../../../build/setup/electron-program.ts'
import { launchOldElectron } from './old-playwright.ts'

interface Launched {
  electron: ElectronApplication
  /** Kept, since Playwright forgets the process of an application that has ended. */
  process: ChildProcess
  page: Page
  /** What the main process wrote. */
  output: string[]
}

/** Gives the program to start in place of Electron's, for example one that watches it. */
export type Wrap = (program: string) => Promise<string>

async function launch(dataFolder: string, display: string, wrap: Wrap): Promise<Launched> {
  const env = { ...appEnvironment(dataFolder), ...(display === '' ? {} : { DISPLAY: display }) }
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const official = installedElectron()
  const electron =
    official === null
      ? await launchOldElectron({
          executablePath: await wrap(await ensureTestElectron()),
          args: [...flags, `--app=${root}`],
          env,
        })
      : await _electron.launch({
          executablePath: await wrap(official),
          args: [...flags, root],
          env,
        })
  const output: string[] = []
  const started = electron.process()
  started.stderr?.on('data', (piece: Buffer) => output.push(piece.toString('utf8')))
  return { electron, process: started, page: await electron.firstWindow(), output }
}

/** Runs the app in Electron. */
export class ElectronDriver implements AppDriver {
  readonly host = 'electron'
  readonly address = null
  private readonly dataFolder: string
  private readonly display: string
  private launched: Launched

  private readonly wrap: Wrap

  private constructor(dataFolder: string, display: string, wrap: Wrap, launched: Launched) {
    this.dataFolder = dataFolder
    this.display = display
    this.wrap = wrap
    this.launched = launched
  }

  static async start(
    dataFolder: string,
    display: string,
    wrap: Wrap = async (program) => program,
  ): Promise<ElectronDriver> {
    const launched = await launch(dataFolder, display, wrap)
    return new ElectronDriver(dataFolder, display, wrap, launched)
  }

  get electron(): ElectronApplication {
    return this.launched.electron
  }

  get page(): Page {
    return this.launched.page
  }

  get processId(): number {
    return this.launched.process.pid ?? 0
  }

  get output(): string {
    return this.launched.output.join('')
  }

  async close(): Promise<void> {
    await this.end(() => this.electron.close())
  }

  async kill(): Promise<void> {
    await this.end(async () => void this.launched.process.kill('SIGKILL'))
  }

  async restart(): Promise<Page> {
    await this.close()
    this.launched = await launch(this.dataFolder, this.display, this.wrap)
    return this.page
  }

  private async end(how: () => Promise<void>): Promise<void> {
    const { process: running } = this.launched
    if (running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    await how()
    await ended
  }
}
