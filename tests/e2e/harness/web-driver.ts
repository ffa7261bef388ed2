import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { root } from '../../../build/setup/paths.ts'
import type { AppDriver } from './app-driver.ts'
import { appEnvironment } from './app-environment.ts'

const tsx = import.meta.resolve('tsx')

interface Started {
  server: ChildProcess
  address: string
  output: string[]
}

/** Starts the program and waits for the address that it prints. */
async function startServer(dataFolder: string): Promise<Started> {
  const program = ['--import', tsx, join(root, 'src-main/cli/main.ts'), 'serve', '--web']
  const server = spawn(process.execPath, program, {
    env: appEnvironment(dataFolder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  server.stderr.on('data', (piece: Buffer) => output.push(piece.toString('utf8')))
  const lines = createInterface(server.stdout)
  const address = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line)
      if (found) resolve(found[0])
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`The web host did not start.\n${output.join('')}`)))
  })
  return { server, address, output }
}

/** Runs the app as a web host and opens it in Chromium. */
export class WebDriver implements AppDriver {
  readonly host = 'web'
  readonly electron = null
  page: Page
  private readonly dataFolder: string
  private readonly context: BrowserContext
  private started: Started

  private constructor(dataFolder: string, context: BrowserContext, started: Started, page: Page) {
    this.dataFolder = dataFolder
    this.context = context
    this.started = started
    this.page = page
  }

  static async start(dataFolder: string, browser: Browser): Promise<WebDriver> {
    const started = await startServer(dataFolder)
    const context = await browser.newContext({ locale: 'en-US' })
    const driver = new WebDriver(dataFolder, context, started, await context.newPage())
    await driver.open()
    return driver
  }

  get address(): string {
    return this.started.address
  }

  get processId(): number {
    return this.started.server.pid ?? 0
  }

  get output(): string {
    return this.started.output.join('')
  }

  async close(): Promise<void> {
    await this.context.close()
    await this.end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  async restart(): Promise<Page> {
    await this.end('SIGTERM')
    await this.page.close()
    this.started = await startServer(this.dataFolder)
    this.page = await this.context.newPage()
    await this.open()
    return this.page
  }

  /** Waits until the page has taken the token out of its address. */
  private async open(): Promise<void> {
    await this.page.goto(this.address)
    await this.page.waitForURL((url) => !url.searchParams.has('token'))
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this.started
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
}
