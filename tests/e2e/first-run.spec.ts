import { expect, test } from './fixtures.ts'
import { composer, say } from './steps.ts'

test('a person is welcomed in their language and chats with the demo model', async ({ page }) => {
  await page.getByRole('button', { name: 'Start with the demo model' }).waitFor()
  await page.getByText('简体中文').first().click()
  await page.getByRole('button', { name: /演示模型/ }).click()

  await composer(page).waitFor()
  const reply = await say(page, '你是谁？')
  await expect.poll(() => reply.textContent()).toContain('演示模型')
})
