import { expect, test } from './fixtures.ts'
import { go, startWithDemo } from './steps.ts'

test.beforeEach(({ page }) => startWithDemo(page))

test('theme and language change at once, and stay', async ({ app, page }) => {
  await go(page, '/settings')
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark')
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: '繁體中文' }).click()
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-TW')
  await page.getByRole('heading', { name: '設定' }).first().waitFor()
  await expect(page.getByRole('combobox', { name: '下載來源' })).toHaveText('自動選擇最快的')

  const again = await app.restart()
  await expect.poll(() => again.locator('html').getAttribute('data-theme')).toBe('dark')
  await expect.poll(() => again.locator('html').getAttribute('lang')).toBe('zh-TW')
})

test('everything can be reached by keys', async ({ page }) => {
  await page.keyboard.press('Control+,')
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor()
  await page.keyboard.press('Control+Shift+m')
  await page.getByRole('heading', { name: 'Models' }).first().waitFor()
  await page.keyboard.press('Control+Shift+o')
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA')
  await page.keyboard.press('Control+b')
  await expect.poll(() => page.getByRole('button', { name: 'Show the side bar' }).count()).toBe(1)
})
