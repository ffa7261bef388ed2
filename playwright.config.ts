import { defineConfig } from '@playwright/test'
import type { HostOption } from './tests/e2e/host-option.ts'

export default defineConfig<HostOption>({
  testDir: 'tests/e2e',
  outputDir: 'out/e2e/results',
  globalSetup: './tests/e2e/harness/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 120_000, // a launch may need a second attempt
  expect: { timeout: 15_000 },
  // Two apps with their engines share the machine; what passes only then is reported as flaky.
  retries: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  projects: [
    { name: 'electron', use: { host: 'electron' }, testIgnore: '**/web/**' },
    { name: 'web', use: { host: 'web' }, testIgnore: '**/electron/**' },
  ],
  use: { screenshot: 'only-on-failure' },
})
