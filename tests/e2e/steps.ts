import type { Locator, Page } from '@playwright/test'
import { modelId } from '../../src-main/shared/ids.ts'
import type { AppSettings } from '../../src-main/shared/settings.ts'
import { expect } from './fixtures.ts'
import { request } from './harness/app-driver.ts'

/** Past the first-run page, in English unless said otherwise, with the demo model loaded. */
export async function startWithDemo(
  page: Page,
  settings: Partial<AppSettings> = {},
): Promise<void> {
  const sampling = { temperature: 0 }
  const changes = { welcomed: true, language: 'en', sampling, threads: 1, ...settings } as const
  await request(page, 'settings.write', { changes })
  await request(page, 'model.load', { modelId: modelId('demo') })
  await expect
    .poll(async () => (await request(page, 'app.read', {})).model.type, { timeout: 30_000 })
    .toBe('ready')
  await go(page, '/')
  await composer(page).waitFor()
}

/** Opens a page of the app by its address. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => (location.hash = `#${to}`), path)
}

/** The field in which a message is written. */
export const composer = (page: Page): Locator => page.locator('.composer textarea')

/** The messages that are shown, questions and replies. */
export const messages = (page: Page): Locator => page.locator('.message-list li[aria-posinset]')

/** Sends a message by Enter. */
export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

/** Waits until nothing is being written. */
export async function replyEnds(page: Page): Promise<void> {
  await page.locator('.composer button[type=submit]').waitFor({ timeout: 45_000 })
}

/** Sends a message and waits for its reply. Returns the reply's element. */
export async function say(page: Page, text: string): Promise<Locator> {
  await send(page, text)
  await messages(page).filter({ hasText: text }).last().waitFor()
  await replyEnds(page)
  return messages(page).last()
}

/** The button of a message's actions, which are shown on hover. */
export async function messageButton(message: Locator, name: string): Promise<Locator> {
  await message.hover()
  return message.getByRole('button', { name, exact: true })
}

/** Chooses an entry of a message's menu. */
export async function messageMenu(page: Page, message: Locator, entry: string): Promise<void> {
  await (await messageButton(message, 'More actions')).click()
  await page.getByRole('menuitem', { name: entry, exact: true }).click()
}
