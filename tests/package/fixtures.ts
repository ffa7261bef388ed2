import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { openDisplay } from '../e2e/harness/display.ts'
import type { Surroundings } from './installed-app.ts'

export { expect } from '@playwright/test'

interface Fixtures {
  /** A fresh home and a display. */
  where: Surroundings
}

interface WorkerFixtures {
  display: string
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  display: [
    // eslint-disable-next-line no-empty-pattern -- the runner reads the parameter's names
    async ({}, use) => {
      const display = await openDisplay()
      await use(display.name)
      await display.stop()
    },
    { scope: 'worker' },
  ],

  where: async ({ display }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'chatglm-home-'))
    await use({ home, display })
    await rm(home, { recursive: true, force: true })
  },
})
