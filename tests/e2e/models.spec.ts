import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { writeSparseGguf } from '../fakes/sparse-gguf.ts'
import { expect, request, test } from './fixtures.ts'
import { go, say, startWithDemo } from './steps.ts'

const stateOf = async (page: Page): Promise<string> => {
  const { model } = await request(page, 'app.read', {})
  return model.type === 'failed' ? model.failure.code : model.type
}

/** Of the width of the 6B model and far beyond any memory, 80 GB; on the disk it takes nothing. */
const tooManyLayers = 200

test('a model that cannot fit is not loaded, and the numbers tell why', async ({
  dataFolder,
  page,
}) => {
  await startWithDemo(page)
  const path = join(dataFolder, '太大 huge.gguf')
  await writeSparseGguf(path, tooManyLayers)
  await request(page, 'model.open', { path })
  await expect.poll(() => stateOf(page)).toBe('model.too_big')

  await go(page, '/models')
  const card = page.getByRole('article').filter({ hasText: 'huge' })
  await card.getByText(/It needs [\d.]+ GB of [\d.]+ GB/).waitFor()
  await card.getByRole('button', { name: 'Menu of' }).click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  const details = page.getByRole('dialog')
  await details.getByRole('radio', { name: /^Tensors/ }).click()
  await details.getByRole('textbox').fill('blk.199.ffn_down')
  await details.getByText('blk.199.ffn_down.weight').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Load', exact: true }).click()
  await expect.poll(() => stateOf(page), { timeout: 30_000 }).toBe('ready')
})

test('the app measures itself, and its diagnosis has no word of a chat', async ({ page }) => {
  await startWithDemo(page)
  await say(page, 'who are you, Xiaoming of Beijing?')
  await go(page, '/settings')
  await page.getByRole('button', { name: 'Measure' }).click()
  await page
    .getByText(/[\d.]+ tokens\/s/)
    .first()
    .waitFor({ timeout: 90_000 })
  await page.getByText('Share of the bandwidth used').waitFor()

  const { text } = await request(page, 'diagnosis.read', {})
  expect(text).toContain('"memoryTotalBytes"')
  expect(text).toContain('chatglm2')
  expect(text).not.toMatch(/Xiaoming|Beijing|who are you|数据/)
})
