import { chromium, type Browser } from '@playwright/test'

/** The system's Chromium, kept from calling anyone. `CHATGLM_TEST_CHROMIUM` names another. */
export async function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHATGLM_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
