import { expect, test } from './fixtures.ts'

test('opens with a page that takes keys', async ({ page }) => {
  await expect.poll(() => page.title()).toBe('ChatGLM Desktop')
  await expect(page.locator('#app')).not.toBeEmpty()
})

test('opens again with the same data', async ({ app }) => {
  const page = await app.restart()

  await expect(page.locator('#app')).not.toBeEmpty()
})
