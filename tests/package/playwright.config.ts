import { defineConfig } from '@playwright/test'

/** One machine, on which packages are installed and removed: one test after the other. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../out/package-tests',
  globalSetup: './package-setup.ts',
  workers: 1,
  timeout: 1_200_000, // it packs and unpacks the whole app, on a machine that may be busy
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
})
