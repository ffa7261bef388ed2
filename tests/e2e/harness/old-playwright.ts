/**
 * Electron 25 is driven by an older Playwright than the test runner's. These are the two places
 * where the runner's `expect` would not take the older one's locators.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { ElectronApplication } from '@playwright/test'
import { _electron, type Locator as OldLocator } from 'playwright-core-electron25'

interface OldResult {
  received?: unknown
}

interface LocatorInternals {
  _apiName?: string
  _expect: (
    this: LocatorInternals,
    expression: string,
    options: Record<string, unknown>,
  ) => Promise<OldResult>
}

/** What the older one does not know and refuses. */
const newOptions = ['signal', 'title']

/** Makes the locators of an older Playwright pass for the runner's. */
function adaptLocators(locator: OldLocator): void {
  const prototype = Object.getPrototypeOf(locator) as LocatorInternals
  if (prototype._apiName !== undefined) return
  const expectOld = prototype._expect
  prototype._apiName = 'Locator'
  prototype._expect = async function (expression, options) {
    const known = Object.entries(options).filter(([name]) => !newOptions.includes(name))
    const result = await expectOld.call(this, expression, Object.fromEntries(known))
    return { ...result, received: { value: result.received } }
  }
}

const launchTimeoutMs = 20_000
const launchAttempts = 3

/** Starts Electron 25, and gives its application as if the runner's own Playwright had. */
export async function launchOldElectron(
  options: Parameters<typeof _electron.launch>[0],
): Promise<ElectronApplication> {
  for (let attempt = 1; ; attempt += 1) {
    const mark = `--launch=${crypto.randomUUID()}`
    const launching = _electron.launch({ ...options, args: [...(options?.args ?? []), mark] })
    const late = delay(launchTimeoutMs, null)
    const application = await Promise.race([launching, late])
    if (application) {
      const page = await application.firstWindow()
      adaptLocators(page.locator('html'))
      return application as unknown as ElectronApplication
    }
    // This pair now and then misses its first handshake. Nothing of the test has happened yet.
    launching.catch(() => undefined)
    await execa('pkill', ['-KILL', '-f', '--', mark], { reject: false })
    if (attempt === launchAttempts) throw new Error('Electron did not answer Playwright.')
  }
}
