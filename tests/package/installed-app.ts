import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { chromium, type Page } from '@playwright/test'
import { appEnvironment } from '../e2e/harness/app-environment.ts'

/** An app started from where it was installed. */
export interface InstalledApp {
  page: Page
  process: ChildProcess
  close(): Promise<void>
}

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Chromium tells where it can be driven; the inspector of Node is switched off in a package. */
async function drivenAt(running: ChildProcess): Promise<string> {
  if (running.stderr === null) throw new Error('The app has no output.')
  const lines = createInterface(running.stderr)
  const output: string[] = []
  for await (const line of lines) {
    output.push(line)
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) {
      running.stderr.resume()
      return address
    }
  }
  throw new Error(`The app ended before it opened a window:\n${output.join('\n')}`)
}

/** Starts the program `file` with the data in `dataFolder` and waits for its window. */
export async function startInstalled(
  file: string,
  dataFolder: string,
  display: string,
  args: string[] = [],
): Promise<InstalledApp> {
  const env = { ...appEnvironment(dataFolder), DISPLAY: display }
  const running = spawn(file, [...sandbox, '--remote-debugging-port=0', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(running, 'exit')
  const browser = await chromium.connectOverCDP(await drivenAt(running), { noDefaults: true })
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('The app has no window.')
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  return {
    page,
    process: running,
    async close() {
      running.kill('SIGTERM')
      await ended
    },
  }
}
