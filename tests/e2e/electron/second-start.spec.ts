import { chatId } from '../../../src-main/shared/ids.ts'
import { ElectronDriver } from '../harness/electron-driver.ts'
import { expect, request, test } from '../fixtures.ts'
import { composer, messages, replyEnds, send, startWithDemo } from '../steps.ts'

test('a second start hands over what it was given, ends, and disturbs no reply', async ({
  app,
  page,
}) => {
  if (!(app instanceof ElectronDriver)) throw new Error('Only Electron is started twice.')
  await startWithDemo(page)
  await send(page, 'never stop')
  await expect.poll(async () => (await messages(page).last().innerText()).length).toBeGreaterThan(9)

  expect(await app.startBeside(['chatglm://new?text=from%20outside'])).toBe(0)

  await expect(composer(page)).toHaveValue('from outside')
  const { chats } = await request(page, 'chat.list', { view: 'current', limit: 10 })
  expect(chats).toHaveLength(1)
  await page.locator('aside [data-chat-id]').click()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await replyEnds(page)
  const [, reply] = await request(page, 'chat.path', { chatId: chats[0]?.id ?? chatId('none') })
  expect(['cancelled', 'done']).toContain(reply?.status)
})
