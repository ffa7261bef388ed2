import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { outFolder } from '../../build/setup/paths.ts'
import { builtInTools } from '../../src-main/shared/tools.ts'
import { expect, request, test } from './fixtures.ts'
import { go, messages, replyEnds, startWithDemo } from './steps.ts'

const weather = { name: 'get_weather', description: 'Weather', parameters: { type: 'object' } }
/** The demo model calls nothing, so the call is one that ChatGLM3 has written elsewhere. */
const call = "calculator\n```python\ntool_call(expression='6 * 7')\n```"

test('a call is shown with its arguments, run, and its result goes to the model', async ({
  app,
  page,
}) => {
  await startWithDemo(page)
  const text = JSON.stringify([['How much is it?', call]])
  await request(page, 'transfer.import', { fileName: 'history.json', text })
  const { chats } = await request(page, 'chat.list', { view: 'current', limit: 1 })
  const [chat] = chats
  if (chat === undefined) throw new Error('The chat was not imported.')
  const settings = { tools: [...builtInTools, weather] }
  await request(page, 'chat.write_settings', { chatId: chat.id, settings })
  await go(page, `/chat/${chat.id}`)
  const reply = messages(page).nth(1)
  await reply.getByText('Calls calculator').waitFor()
  expect(await reply.textContent()).toContain("expression='6 * 7'")

  const folder = join(outFolder, 'e2e/screenshots')
  await mkdir(folder, { recursive: true })
  const shoot = async (name: string) => {
    for (const theme of ['light', 'dark'] as const) {
      await request(page, 'settings.write', { changes: { theme } })
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
      await page.screenshot({ path: join(folder, `${app.host}-${name}-${theme}-en.png`) })
    }
  }
  await shoot('call')
  await page.getByRole('button', { name: 'Settings of this chat' }).click()
  const own = page.getByRole('textbox', { name: 'Tools of your own' })
  await expect.poll(() => own.inputValue()).toContain('get_weather')
  await own.scrollIntoViewIfNeeded()
  await shoot('tools')
  await page.keyboard.press('Escape')

  await reply.getByRole('button', { name: 'Run and go on' }).click()
  const result = messages(page).nth(2)
  await result.getByText('Result of calculator').waitFor()
  expect(await result.textContent()).toContain('{"result":42}')
  await replyEnds(page)
  expect(await messages(page).count()).toBe(4)
  expect(await reply.getByRole('button', { name: 'Run and go on' }).count()).toBe(0)
})
