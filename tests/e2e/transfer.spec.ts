import { expect, request, test } from './fixtures.ts'
import { messages, say, startWithDemo } from './steps.ts'

test('an exported chat can be imported after it was deleted for good', async ({ page }) => {
  await startWithDemo(page)
  await say(page, 'who are you')
  const file = await request(page, 'transfer.export', { chatIds: null, format: 'json' })
  const { chats } = await request(page, 'chat.list', { view: 'current', limit: 10 })
  await request(page, 'chat.purge', { chatIds: chats.map(({ id }) => id) })
  await expect.poll(() => page.locator('aside').getByText('who are you').count()).toBe(0)

  await page.keyboard.press('Control+k')
  const chooser = page.waitForEvent('filechooser')
  await page
    .getByRole('dialog')
    .getByRole('combobox')
    .or(page.getByRole('dialog').getByRole('textbox'))
    .first()
    .fill('Import')
  await page
    .getByRole('option', { name: /Import/ })
    .first()
    .click()
  await (
    await chooser
  ).setFiles({
    name: file.fileName,
    mimeType: file.mediaType,
    buffer: Buffer.from(file.text),
  })

  await page.getByText('Imported one chat').first().waitFor()
  await page.locator('aside').getByText('who are you').first().click()
  await expect.poll(() => messages(page).last().textContent()).toContain('demo model')
})
