import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { outFolder } from '../../build/setup/paths.ts'
import { writeLoraFolder, writePrefixFolder } from '../fakes/adapter-folders.ts'
import { expect, request, test } from './fixtures.ts'
import type { AppDriver } from './harness/app-driver.ts'
import { composer, go, messageButton, messages, replyEnds, say, startWithDemo } from './steps.ts'

/** Adds the adapter in a folder on the page of models, with a dialog or by its path. */
async function add(app: AppDriver, page: Page, folder: string): Promise<void> {
  await go(page, '/models')
  const section = page.getByRole('region', { name: 'Adapters' })
  if (app.electron === null) {
    await section.getByRole('textbox').fill(folder)
    await section.getByRole('button', { name: 'Add', exact: true }).click()
  } else {
    await app.electron.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
    }, folder)
    await section.getByRole('button', { name: 'Add a folder…' }).click()
  }
  await section.getByRole('heading', { name: basename(folder) }).waitFor()
}

/** Pictures in both themes, for people to look at. */
async function shoot(app: AppDriver, page: Page, name: string): Promise<void> {
  const folder = join(outFolder, 'e2e/screenshots')
  await mkdir(folder, { recursive: true })
  for (const theme of ['light', 'dark'] as const) {
    await request(page, 'settings.write', { changes: { theme } })
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
    await page.waitForTimeout(300) // popups fade in
    await page.screenshot({ path: join(folder, `${app.host}-${name}-${theme}-en.png`) })
  }
}

/** What a reply says, without its buttons. */
const answerOf = (reply: Locator) => reply.locator('.markdown').textContent()

/** Has the last reply written once more, and gives what it says. */
async function writeAgain(page: Page, version: string): Promise<string | null> {
  await replyEnds(page)
  // One that reached its length offers it twice.
  await (await messageButton(messages(page).last(), 'Write again')).last().click()
  await messages(page).last().getByText(version).waitFor()
  await replyEnds(page)
  return answerOf(messages(page).last())
}

test('a chat is written with an adapter that was added, also after a restart', async ({
  app,
  dataFolder,
  page,
}) => {
  await startWithDemo(page, { sampling: { temperature: 0, maxNewTokens: 8 } })
  const alone = await answerOf(await say(page, 'who are you?'))
  const chat = new URL(page.url()).hash.slice(1)
  const [prefix, lora, other] = ['前缀 prefix', 'poems', 'other'].map((name) =>
    join(dataFolder, name),
  ) as [string, string, string]
  await writePrefixFolder(prefix)
  await writeLoraFolder(lora)
  await writeLoraFolder(other, 256)
  for (const folder of [prefix, lora, other]) await add(app, page, folder)
  const section = page.getByRole('region', { name: 'Adapters' })
  await section.getByText('8 tokens').waitFor()
  await section.scrollIntoViewIfNeeded()
  await shoot(app, page, 'adapters')

  const choose = async (name: string) => {
    await page.getByRole('combobox', { name: 'Adapter' }).click()
    await page.getByRole('option', { name }).click()
  }
  await go(page, chat)
  await page.getByRole('button', { name: 'Settings of this chat' }).click()
  await choose('other')
  await page.getByText('other.gguf was trained for another').first().waitFor()
  await choose('poems')
  await page.getByRole('spinbutton', { name: 'Strength of the adapter' }).waitFor()
  await shoot(app, page, 'adapter-choice')
  await choose('前缀 prefix')
  await page.keyboard.press('Escape')
  const chip = (on: Page) => on.getByRole('button', { name: 'Adapter: 前缀 prefix' })
  await chip(page).waitFor()
  const written = await writeAgain(page, '2/2')
  expect(written).not.toBe(alone)
  await shoot(app, page, 'adapter-chat')

  const again = await app.restart()
  await composer(again).waitFor()
  await go(again, chat)
  await chip(again).waitFor()
  expect(await writeAgain(again, '3/3')).toBe(written)
  const reply = messages(again).last()
  await reply.hover()
  await reply.getByRole('button', { name: /^Details/ }).click()
  await again.getByRole('dialog').getByText('前缀 prefix').waitFor()
})
