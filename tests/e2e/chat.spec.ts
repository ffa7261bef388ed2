import { expect, test } from './fixtures.ts'
import {
  composer,
  messageButton,
  messageMenu,
  messages,
  replyEnds,
  say,
  send,
  startWithDemo,
} from './steps.ts'

test.beforeEach(({ page }) => startWithDemo(page))

test('a question is answered, and the chat is named after it', async ({ page }) => {
  const reply = await say(page, 'who are you')

  await expect.poll(() => reply.textContent()).toContain('demo model')
  await expect.poll(() => page.locator('.header h1').textContent()).toBe('who are you')
  await expect
    .poll(() => page.getByRole('complementary').or(page.locator('aside')).first().textContent())
    .toContain('who are you')
})

test('a reply that never ends is stopped and keeps its text', async ({ page }) => {
  await send(page, 'never stop')
  const reply = messages(page).last()
  await expect.poll(async () => (await reply.textContent())?.length ?? 0).toBeGreaterThan(60)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await replyEnds(page)

  await reply.getByText('You stopped this reply.').waitFor()
  const written = (await reply.textContent()) ?? ''
  await reply.getByRole('button', { name: 'Continue' }).click()
  await expect
    .poll(async () => (await reply.textContent())?.length ?? 0)
    .toBeGreaterThan(written.length)
  await composer(page).press('Escape')
  await replyEnds(page)
})

test('an edited question keeps both versions', async ({ page }) => {
  await say(page, 'who are you')
  const question = messages(page).first()
  await (await messageButton(question, 'Edit')).click()
  await question.getByRole('textbox').fill('hello')
  await question.getByRole('textbox').press('Enter')
  await expect.poll(() => messages(page).first().textContent()).toContain('hello')
  await replyEnds(page)
  await messages(page).first().getByText('2/2').waitFor()

  await (await messageButton(messages(page).first(), 'Previous version')).click()
  await expect.poll(() => messages(page).first().textContent()).toContain('who are you')
  await expect.poll(() => messages(page).last().textContent()).toContain('demo model')
})

test('a reply written again is another version of it', async ({ page }) => {
  const reply = await say(page, 'who are you')
  await (await messageButton(reply, 'Write again')).click()
  await messages(page).last().getByText('2/2').waitFor()
  await replyEnds(page)
  expect(await messages(page).count()).toBe(2)
})

test('a chat is forked, trashed and brought back', async ({ page }) => {
  const reply = await say(page, 'who are you')
  const before = page.url()
  await messageMenu(page, reply, 'Continue in a new chat')
  await expect.poll(() => page.url()).not.toBe(before)
  await expect.poll(() => messages(page).count()).toBe(2)

  await page.getByRole('button', { name: 'More about this chat' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect.poll(() => messages(page).count()).toBe(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => page.locator('.chat-row, [data-chat-id]').count()).toBeGreaterThan(0)
})

test('a message is deleted only when that can no longer be undone', async ({ page }) => {
  const reply = await say(page, 'who are you')
  await messageMenu(page, reply, 'Delete from here')
  await expect.poll(() => messages(page).count()).toBe(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => messages(page).count()).toBe(2)

  await messageMenu(page, messages(page).last(), 'Delete from here')
  await expect.poll(() => messages(page).count()).toBe(1)
  await say(page, 'hello')
  await messages(page).first().getByText('2/2').waitFor()
})

test('Enter picks a candidate while an input method composes, and sends afterwards', async ({
  page,
}) => {
  const field = composer(page)
  await field.fill('ni hao')
  const press = (isComposing: boolean) =>
    field.evaluate(
      (element, composing) =>
        element.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: 'Enter',
            bubbles: true,
            cancelable: true,
            isComposing: composing,
          }),
        ),
      isComposing,
    )
  await press(true)
  expect(await messages(page).count()).toBe(0)
  expect(await field.inputValue()).toBe('ni hao')
  await press(false)
  await expect.poll(() => messages(page).count()).toBe(2)
})

test('Shift and Enter break the line', async ({ page }) => {
  await composer(page).fill('one')
  await composer(page).press('Shift+Enter')
  await composer(page).pressSequentially('two')
  expect(await composer(page).inputValue()).toBe('one\ntwo')
})

test('several chats are answered at once', async ({ page }) => {
  await send(page, 'never stop')
  await messages(page).last().waitFor()
  await page.getByRole('link', { name: 'New chat' }).first().click()
  const reply = await say(page, 'who are you')
  await expect.poll(() => reply.textContent()).toContain('demo model')
  await page.locator('aside').getByText('never stop').first().click()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await replyEnds(page)
})
