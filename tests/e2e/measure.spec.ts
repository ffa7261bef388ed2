import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { outFolder, root } from '../../build/setup/paths.ts'
import { expect, request, test } from './fixtures.ts'
import { go, startWithDemo } from './steps.ts'

const questions = join(root, 'tests/fixtures/eval/mmlu/test')
const folder = join(outFolder, 'e2e/screenshots')

const state = (page: Page) => page.locator('section.state')
const ended = (page: Page) => page.getByRole('heading', { name: 'Measured', exact: true })

test('a model is measured by questions and by a text, and results are found again', async ({
  app,
  page,
  dataFolder,
}) => {
  test.setTimeout(120_000)
  await mkdir(folder, { recursive: true })
  const shoot = async (name: string) => {
    for (const theme of ['light', 'dark'] as const) {
      await request(page, 'settings.write', { changes: { theme } })
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
      await page.screenshot({ path: join(folder, `${app.host}-${name}-${theme}-en.png`) })
    }
  }
  await startWithDemo(page)
  await go(page, '/settings?section=tools')
  await page.getByRole('heading', { name: 'Measure a model' }).waitFor()
  await go(page, '/measure')
  const start = page.getByRole('button', { name: /^(Start|Go on)$/u })
  await page.getByRole('textbox', { name: 'Questions or a text' }).fill(questions)
  await page.getByRole('radio', { name: 'Choose at once' }).click()
  await page.getByRole('textbox', { name: 'Results' }).fill(dataFolder)
  await shoot('measure-form')
  await start.click()
  await ended(page).waitFor({ timeout: 60_000 })
  await state(page)
    .getByText(/of \d+ right|right:/u)
    .first()
    .waitFor()
  await state(page).scrollIntoViewIfNeeded()
  await shoot('measure-questions')
  const output = join(dataFolder, 'test.chatglm-desktop-demo.letter.results.jsonl')
  const results = await readFile(output, 'utf8')

  await start.click()
  await ended(page).waitFor({ timeout: 60_000 })
  expect(await readFile(output, 'utf8')).toBe(results)

  const text = join(dataFolder, 'text.txt')
  await writeFile(text, '从前有一座山，山里有一座庙。\n'.repeat(40))
  await page.getByRole('textbox', { name: 'Questions or a text' }).fill(text)
  await page.getByRole('combobox', { name: 'Compare with' }).click()
  await page.getByRole('option', { name: 'ChatGLM Desktop Demo' }).click()
  await page.getByRole('combobox', { name: 'Window' }).click()
  await page.getByRole('option', { name: '128 tokens' }).click()
  await start.click()
  const same = state(page).getByRole('row', { name: /Same likeliest token/u })
  await same.waitFor({ timeout: 60_000 })
  expect(await same.textContent()).toContain('100.0%')
  await state(page).scrollIntoViewIfNeeded()
  await shoot('measure-text')

  const again = await app.restart()
  await go(again, '/measure')
  const path = again.getByRole('textbox', { name: 'Questions or a text' })
  await expect.poll(() => path.inputValue()).toBe(text)
})
