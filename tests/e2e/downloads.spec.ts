import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { publishModel, sourceFolderIn } from '../fakes/published-model.ts'
import { expect, test as base } from './fixtures.ts'
import { request } from './harness/app-driver.ts'
import { composer, go, say } from './steps.ts'

/** A source with one small model, and a catalogue that knows it, from before the app starts. */
const test = base.extend({
  dataFolder: async ({ dataFolder }, use) => {
    publishModel(dataFolder)
    await use(dataFolder)
  },
})

const modelType = async (page: Page) => (await request(page, 'app.read', {})).model.type

test('a model is downloaded, answers, is checked, moved and removed', async ({
  dataFolder,
  page,
}) => {
  await request(page, 'settings.write', {
    changes: {
      ...{ welcomed: true, language: 'en', sampling: { temperature: 0 }, threads: 1 },
      ...{
        downloadSource: 'custom',
        customSource: sourceFolderIn(dataFolder),
        proxy: { type: 'none' },
      },
    },
  })
  await go(page, '/models')
  await page
    .getByRole('button', { name: /^Download/ })
    .first()
    .click()
  await page.getByText('Be kind.').waitFor()
  await page.getByRole('button', { name: /Accept/ }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Download/ })
    .click()

  await expect.poll(() => modelType(page), { timeout: 60_000 }).toBe('ready')
  await go(page, '/')
  await composer(page).waitFor()
  const reply = await say(page, '你是谁？')
  await expect.poll(() => reply.textContent()).toContain('演示模型')

  await go(page, '/models')
  const removal = page.getByRole('button', { name: /^Remove/ })
  const card = page.getByRole('article').filter({ has: removal })
  await card.getByRole('button', { name: 'Menu of' }).click()
  await page.getByRole('menuitem', { name: 'Check the files' }).click()
  await card.getByText('All files are as published.').waitFor()

  const moved = join(dataFolder, '别处 elsewhere')
  await request(page, 'storage.move', { folder: moved })
  expect(await readdir(moved, { recursive: true })).toContainEqual(expect.stringMatching(/gguf$/))
  await expect.poll(() => modelType(page), { timeout: 30_000 }).toBe('ready')

  await removal.click()
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(await request(page, 'model.list', {})).toHaveLength(2)
  await removal.click()
  await expect
    .poll(async () => (await request(page, 'model.list', {})).length, { timeout: 30_000 })
    .toBe(1)
  expect(await readdir(moved, { recursive: true })).not.toContainEqual(
    expect.stringMatching(/gguf$/),
  )
})
