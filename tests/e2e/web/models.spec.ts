import { join } from 'node:path'
import { root } from '../../../build/setup/paths.ts'
import { expect, request, test } from '../fixtures.ts'
import { go, say, startWithDemo } from '../steps.ts'

test('a checkpoint folder is opened, converted, used and forgotten', async ({ page }) => {
  await startWithDemo(page)
  await go(page, '/models')
  await page.getByPlaceholder(/chatglm2-6b/).fill(join(root, 'resources/demo-model/fp16'))
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  const isFp16 = async () => {
    const { model } = await request(page, 'app.read', {})
    return model.type === 'ready' && model.loaded.description.weightType === 'f16'
  }
  await expect.poll(isFp16, { timeout: 60_000 }).toBe(true)

  await go(page, '/')
  const reply = await say(page, 'who are you')
  await expect.poll(() => reply.textContent()).toContain('demo model')

  await go(page, '/models')
  await page.getByRole('button', { name: /^Remove/ }).click()
  await expect.poll(async () => (await request(page, 'model.list', {})).length).toBe(1)
})

test('a path that leads nowhere is answered with a sentence', async ({ page }) => {
  await startWithDemo(page)
  await go(page, '/models')
  await page.getByPlaceholder(/chatglm2-6b/).fill('/nowhere/模型')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByText('There is no model at this place').first().waitFor()
})
