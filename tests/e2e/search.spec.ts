import { expect, test } from './fixtures.ts'
import { messages, say, startWithDemo } from './steps.ts'

test('a word of two characters is found and leads to its message', async ({ page }) => {
  await startWithDemo(page)
  await say(page, '今天天气怎么样')
  await page.getByRole('link', { name: 'New chat' }).first().click()
  await expect.poll(() => messages(page).count()).toBe(0)

  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('textbox').or(palette.getByRole('combobox')).first().fill('天气')
  await expect.poll(() => palette.locator('mark').count()).toBeGreaterThan(0)
  await palette.getByRole('option').filter({ hasText: '今天天气' }).last().click()

  await expect.poll(() => messages(page).first().textContent()).toContain('今天天气怎么样')
})
