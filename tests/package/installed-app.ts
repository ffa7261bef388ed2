import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { chromium, type Page } from '@playwright/test'
import { execa } from 'execa'

/** An app started from where it was installed. */
export interface InstalledApp {
  page: Page
  process: ChildProcess
  close(): Promise<void>
}

/** Where an app or its command line is started. */
export interface Surroundings {
  /** The home of a person who has nothing else. */
  home: string
  display: string
  /** More of the environment. */
  env?: Record<string, string>
  folder?: string
}

/** Chromium refuses its sandbox to root. */
export const rootFlags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Nothing of whoever runs the tests but what a program needs to run. */
export const environment = ({ home, display, env }: Surroundings): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  HOME: home,
  LANG: 'C.UTF-8',
  LANGUAGE: 'en',
  ...(display === '' ? {} : { DISPLAY: display }),
  // The store of the older Electron, which the packages here are made with.
  CHATGLM_STORE_NODE: process.execPath,
  ...env,
})

/** Chromium tells where it can be driven; the inspector of Node is switched off in a package. */
async function drivenAt(running: ChildProcess): Promise<string> {
  if (running.stderr === null) throw new Error('The app has no output.')
  const lines = createInterface(running.stderr)
  const output: string[] = []
  for await (const line of lines) {
    output.push(line)
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error(`The app ended before it opened a window:\n${output.join('\n')}`)
}

/** Starts the program `file` and waits for its window. */
export async function startInstalled(
  file: string,
  where: Surroundings,
  args: string[] = [],
): Promise<InstalledApp> {
  const running = spawn(file, [...rootFlags, '--remote-debugging-port=0', ...args], {
    env: environment(where),
    cwd: where.folder ?? where.home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(running, 'exit')
  const address = await drivenAt(running)
  running.stderr.resume()
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('The app has no window.')
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  return {
    page,
    process: running,
    async close() {
      await browser.close()
      running.kill('SIGTERM')
      await ended
    },
  }
}

/** Runs a program to its end and gives what it said, whatever its exit code. */
export async function runInstalled(
  file: string,
  args: string[],
  where: Surroundings,
): Promise<{ exitCode: number | undefined; all: string }> {
  const { exitCode, all } = await execa(file, args, {
    env: environment(where),
    extendEnv: false,
    cwd: where.folder ?? where.home,
    stdin: 'ignore',
    reject: false,
    all: true,
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  return { exitCode, all }
}
