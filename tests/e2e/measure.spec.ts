import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { outFolder, root } from '../../build/setup/paths.ts'
import { expect, request, test } from './fixtures.ts'
import type { AppDriver } from './harness/app-driver.ts'
import { go, startWithDemo } from './steps.ts'

const questions = join(root, 'tests/fixtures/eval/mmlu/test')
const folder = join(outFolder, 'e2e/screenshots')

const state = (page: Page) => page.locator('section.state')
const ended = (page: Page) => page.getByRole('heading', { name: 'Measured', exact: true })

/** In both themes, for people to look at. */
async function shoot({ host }: AppDriver, page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const theme of ['light', 'dark'] as const) {
    await request(page, 'settings.write', { changes: { theme } })
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
    await page.screenshot({ path: join(folder, `${host}-${name}-${theme}.png`) })
  }
}

test('a run is stopped and gone on with, and the page fits a narrow window', async ({
  app,
  page,
  dataFolder,
}) => {
  const text = join(dataFolder, 'long.txt')
  await writeFile(text, 'The model reads this line again and again.\n'.repeat(2000))
  await startWithDemo(page)
  await go(page, '/measure')
  await page.getByRole('textbox', { name: 'Questions or a text' }).fill(text)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await state(page)
    .getByText(/windows · perplexity/u)
    .waitFor({ timeout: 60_000 })
  const line = page.locator('.foot').getByRole('button', { name: /^Measuring/u })
  await line.waitFor()
  await shoot(app, page, 'measure-running')
  await state(page).getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('heading', { name: 'Stopped', exact: true }).waitFor()
  expect(await line.count()).toBe(0)
  const output = join(dataFolder, 'long.chatglm-desktop-demo.window-512.results.jsonl')
  const kept = await readFile(output, 'utf8')
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect
    .poll(async () => (await readFile(output, 'utf8')).length)
    .toBeGreaterThan(kept.length)
  await page.setViewportSize({ width: 600, height: 800 })
  await request(page, 'settings.write', { changes: { language: 'zh-CN' } })
  await page.getByRole('button', { name: '停止' }).waitFor()
  await shoot(app, page, 'measure-narrow')
  const overflow = await page.evaluate(() => document.body.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  await page.getByRole('button', { name: '停止' }).click()
  await page.getByRole('heading', { name: '已停止' }).waitFor()
  expect((await readFile(output, 'utf8')).startsWith(kept)).toBe(true)
})

test('a model is measured by questions and by a text, and results are found again', async ({
  app,
  page,
  dataFolder,
}) => {
  test.setTimeout(120_000)
  await startWithDemo(page)
  await go(page, '/settings?section=tools')
  await page.getByRole('heading', { name: 'Measure a model' }).waitFor()
  await go(page, '/measure')
  const start = page.getByRole('button', { name: /^(Start|Go on)$/u })
  await page.getByRole('textbox', { name: 'Questions or a text' }).fill(questions)
  await page.getByRole('radio', { name: 'Choose at once' }).click()
  await page.getByRole('textbox', { name: 'Results' }).fill(dataFolder)
  await shoot(app, page, 'measure-form')
  await start.click()
  await ended(page).waitFor({ timeout: 60_000 })
  await state(page)
    .getByText(/of \d+ right|right:/u)
    .first()
    .waitFor()
  await state(page).scrollIntoViewIfNeeded()
  await shoot(app, page, 'measure-questions')
  const output = join(dataFolder, 'test.chatglm-desktop-demo.letter.results.jsonl')
  const results = await readFile(output, 'utf8')

  await start.click()
  await ended(page).waitFor({ timeout: 60_000 })
  expect(await readFile(output, 'utf8')).toBe(results)
  if (app.electron === null) {
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the report' }).click()
    expect((await saving).suggestedFilename()).toBe(basename(output).replace('.jsonl', '.html'))
  } else {
    await app.electron.evaluate(({ shell }) => (shell.openPath = async () => ''))
    await page.getByRole('button', { name: 'Open the report' }).click()
    const report = () => readFile(output.replace('.jsonl', '.html'), 'utf8').catch(() => '')
    await expect.poll(report).toContain('MMLU')
  }

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
  await shoot(app, page, 'measure-text')

  const again = await app.restart()
  await go(again, '/measure')
  const path = again.getByRole('textbox', { name: 'Questions or a text' })
  await expect.poll(() => path.inputValue()).toBe(text)
})
