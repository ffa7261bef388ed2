import { spawn, type ChildProcess } from 'node:child_process'
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

interface Command {
  executablePath: string
  args: string[]
  env: Record<string, string>
}

/** How the app is started: by the official Electron where it is, else by that of the tests. */
export async function commandOf(dataFolder: string, display: string): Promise<Command> {
  const env = { ...appEnvironment(dataFolder), ...(display === '' ? {} : { DISPLAY: display }) }
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const official = installedElectron()
  if (official !== null) return { executablePath: official, args: [...flags, root], env }
  return { executablePath: await ensureTestElectron(), args: [...flags, `--app=${root}`], env }
}

async function launch(dataFolder: string, display: string, wrap: Wrap): Promise<Launched> {
  const command = await commandOf(dataFolder, display)
  const wrapped = { ...command, executablePath: await wrap(command.executablePath) }
  const isOld = installedElectron() === null
  const electron = isOld ? await launchOldElectron(wrapped) : await _electron.launch(wrapped)
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

  /** Starts the program once more, beside this one, and gives the exit code with which it ends. */
  async startBeside(args: string[]): Promise<number | null> {
    const command = await commandOf(this.dataFolder, this.display)
    const { env } = command
    const second = spawn(command.executablePath, [...command.args, ...args], { env })
    const [exitCode] = (await once(second, 'exit')) as [number | null]
    return exitCode
  }

  private async end(how: () => Promise<void>): Promise<void> {
    const { process: running } = this.launched
    if (running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    await how()
    await ended
  }
}
