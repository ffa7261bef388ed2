import { docxOf, pdfOf } from '../fakes/documents.ts'
import { expect, test } from './fixtures.ts'
import { request } from './harness/app-driver.ts'
import { composer, go, messages, replyEnds, startWithDemo } from './steps.ts'

const fruits = ['苹果', '香蕉', '葡萄', '西瓜', '草莓', '樱桃', '菠萝', '芒果']
/** Far more than the context of the test. */
const book = pdfOf(
  Array.from({ length: 40 }, (_, index) =>
    `这一页说的是${fruits[index % 8] ?? ''}。第${index + 1}章讲它怎样生长。\n`.repeat(12),
  ),
)

test('files go with a question, are cut as chosen, and are there after a restart', async ({
  app,
  page,
}) => {
  await startWithDemo(page, { sampling: { temperature: 0, maxLength: 2048 } })
  const chips = page.getByRole('list', { name: 'Files with this question' })

  // Dropped: a text file. Chosen by the button: a PDF, and one that is no document.
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['The invoice of March is 4,200 yuan.'], 'invoice.txt'))
    return data
  })
  await composer(page).dispatchEvent('drop', { dataTransfer: transfer })
  await expect(chips.getByText('invoice.txt')).toBeVisible()
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).click()
  await (
    await chosen
  ).setFiles([
    { name: '水果.pdf', mimeType: 'application/pdf', buffer: book },
    {
      name: 'picture.png',
      mimeType: 'image/png',
      buffer: Buffer.from('89504e470d0a1a0a00000000', 'hex'),
    },
  ])
  await expect(chips.getByText('40 pages')).toBeVisible()
  await expect(chips.getByText('This is no text, PDF or Word file')).toBeVisible()
  await chips.getByRole('button', { name: 'Remove picture.png' }).click()

  await composer(page).fill('who are you')
  await expect(page.getByText('Not everything fits')).toBeVisible()
  await page.getByRole('radio', { name: 'Beginning and end' }).click()
  await expect(chips.getByText(/of [\d,]+ tokens/)).toBeVisible()
  await composer(page).press('Enter')
  await messages(page).filter({ hasText: 'who are you' }).waitFor()
  await expect(chips).toBeHidden()
  await replyEnds(page)

  const again = await app.restart()
  const { chats } = await request(again, 'chat.list', { view: 'current', limit: 1 })
  const { id: chatId } = chats[0] ?? {}
  if (chatId === undefined) throw new Error('The chat is gone.')
  await go(again, `/chat/${chatId}`)
  const sent = messages(again).filter({ hasText: 'who are you' })
  await expect(sent.getByText('invoice.txt')).toBeVisible()
  await expect(sent.getByText(/pages 1–\d+, \d+–40/)).toBeVisible()
  await sent.getByRole('button', { name: /水果\.pdf/ }).click()
  await expect(again.getByRole('heading', { name: 'Page 40' })).toBeVisible()
  await again.keyboard.press('Escape')

  const [question] = await request(again, 'chat.path', { chatId })
  expect(question?.documents?.[0]?.text).toBe('The invoice of March is 4,200 yuan.')
})

test('a Word file is read and can be taken out again', async ({ page }) => {
  await startWithDemo(page)
  const chips = page.getByRole('list', { name: 'Files with this question' })
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).press('Enter')
  const buffer = await docxOf(['三月的收入是五百万元。'])
  await (await chosen).setFiles([{ name: '报告.docx', mimeType: '', buffer }])
  await expect(chips.getByText(/\d+ tokens/)).toBeVisible()

  await chips.getByRole('button', { name: 'Remove 报告.docx' }).press('Enter')
  await expect(chips).toBeHidden()
})
