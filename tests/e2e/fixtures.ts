import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Browser, type TestInfo } from '@playwright/test'
import type { AppDriver } from './harness/app-driver.ts'
import { openChromium } from './harness/chromium.ts'
import { openDisplay } from './harness/display.ts'
import { ElectronDriver } from './harness/electron-driver.ts'
import { WebDriver } from './harness/web-driver.ts'
import type { HostOption } from './host-option.ts'

export { expect } from '@playwright/test'
export { ask, request } from './harness/app-driver.ts'

interface Fixtures extends HostOption {
  /** The app's own folder, fresh for each test. Its path is one that careless code breaks on. */
  dataFolder: string
  /** The running app. */
  app: AppDriver
}

interface WorkerFixtures {
  /** Where Electron shows itself. */
  display: string
  /** Starts Chromium at the first call; Electron's tests need none. */
  chromium: () => Promise<Browser>
}

/** Shows what the app looked like and said when a test failed. */
async function keepTraces(app: AppDriver, testInfo: TestInfo): Promise<void> {
  await testInfo.attach('output of the app', { body: app.output, contentType: 'text/plain' })
  if (app.page.isClosed()) return
  const body = await app.page.screenshot({ timeout: 5000 }).catch(() => null) // it may hang
  if (body) await testInfo.attach('the page', { body, contentType: 'image/png' })
}

/** `page` is the app's page, ready to be used; after `app.restart()` use what that returns. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  host: ['web', { option: true }],

  display: [
    // eslint-disable-next-line no-empty-pattern -- the runner reads the parameter's names
    async ({}, use) => {
      const display = await openDisplay()
      await use(display.name)
      await display.stop()
    },
    { scope: 'worker' },
  ],

  chromium: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      let browser: Promise<Browser> | undefined
      await use(() => (browser ??= openChromium()))
      await (await browser)?.close()
    },
    { scope: 'worker' },
  ],

  // eslint-disable-next-line no-empty-pattern -- as above
  dataFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ChatGLM 数据 🙂 '))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },

  app: async ({ host, dataFolder, display, chromium }, use, testInfo) => {
    const app =
      host === 'electron'
        ? await ElectronDriver.start(dataFolder, display)
        : await WebDriver.start(dataFolder, await chromium())
    await use(app)
    if (testInfo.status !== testInfo.expectedStatus) await keepTraces(app, testInfo)
    await app.close()
  },

  page: async ({ app }, use) => use(app.page),
})
