import { execFileSync } from 'node:child_process'
import { expect, request, test } from './fixtures.ts'
import { composer, messages, replyEnds, say, send, startWithDemo } from './steps.ts'

test.beforeEach(({ page }) => startWithDemo(page))

test('a chat is there again after a restart, and so is the model', async ({ app, page }) => {
  await say(page, 'who are you')
  await composer(page).fill('not sent yet')
  await page.waitForTimeout(1000) // the draft is saved when the typing pauses

  const again = await app.restart()
  await again.locator('aside').getByText('who are you').first().click()
  await expect.poll(() => messages(again).last().textContent()).toContain('demo model')
  await expect.poll(() => composer(again).inputValue()).toBe('not sent yet')
})

test('after a power cut the reply so far is there, and can be written on', async ({
  app,
  page,
}) => {
  await send(page, 'never stop')
  await expect
    .poll(async () => (await messages(page).last().textContent())?.length ?? 0)
    .toBeGreaterThan(60)
  await page.waitForTimeout(500) // a checkpoint is at most 250 ms old
  const written = ((await messages(page).last().textContent()) ?? '').slice(0, 40)
  await app.kill()

  const again = await app.restart()
  await again.locator('aside').getByText('never stop').first().click()
  const reply = messages(again).last()
  await expect.poll(() => reply.textContent()).toContain(written)
  await reply.getByText('The app ended while this reply was being written.').waitFor()
  await reply.getByRole('button', { name: 'Continue' }).waitFor()
  await reply.getByRole('button', { name: 'Write again' }).first().waitFor()
})

test('a crash of the engine keeps the reply so far and offers to go on', async ({ page }) => {
  // After so much counting the demo model may count on at the next question, too.
  const sampling = { temperature: 0, maxLength: 2048 }
  await request(page, 'settings.write', { changes: { sampling } })
  await send(page, 'never stop')
  const reply = messages(page).last()
  await expect.poll(async () => (await reply.textContent())?.length ?? 0).toBeGreaterThan(60)
  const { engine } = await request(page, 'app.read', {})
  if (engine.type !== 'ready') throw new Error('The engine does not run.')
  execFileSync('kill', ['-9', String(engine.processId)])

  await replyEnds(page)
  await reply.getByRole('button', { name: 'Continue' }).waitFor()
  expect(((await reply.textContent()) ?? '').length).toBeGreaterThan(60)
  await page.getByRole('button', { name: 'Load again' }).click()
  await expect
    .poll(async () => (await request(page, 'app.read', {})).model.type, { timeout: 30_000 })
    .toBe('ready')
  const next = await say(page, 'who are you')
  await expect.poll(() => next.textContent()).not.toBe('')
})
