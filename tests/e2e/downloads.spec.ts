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

test('a model is downloaded with its licence, loaded, and answers', async ({
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

  await expect
    .poll(async () => (await request(page, 'app.read', {})).model.type, { timeout: 60_000 })
    .toBe('ready')
  await go(page, '/')
  await composer(page).waitFor()
  const reply = await say(page, '你是谁？')
  await expect.poll(() => reply.textContent()).toContain('演示模型')
})
