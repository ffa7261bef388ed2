import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { emptyCodePage } from '../../src-main/shared/code.ts'
import { outFolder } from '../../build/setup/paths.ts'
import { expect, request, test } from './fixtures.ts'
import { go, startWithDemo } from './steps.ts'

const editor = (page: Page) => page.getByRole('textbox', { name: 'Code' })
const ghost = (page: Page) => page.locator('.cm-ghost')
const status = (page: Page) => page.locator('.foot [role=status]')

/** Opens the page for code by its keys, with an open end, so that any model writes something. */
async function openCode(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+E')
  await editor(page).waitFor()
  await page.getByRole('radio', { name: 'Open end' }).click()
  await editor(page).click()
}

test.beforeEach(({ page }) => startWithDemo(page))

test('code is written behind the cursor, and taken or left', async ({ page }) => {
  await openCode(page)
  await editor(page).pressSequentially('# hello')
  await editor(page).press('Control+Enter')
  await expect.poll(() => ghost(page).textContent()).not.toBe('')
  await expect.poll(() => status(page).textContent()).toMatch(/^(Take it|Cut at)/u)

  await editor(page).press('Escape')
  await expect.poll(() => ghost(page).count()).toBe(0)
  expect(await editor(page).textContent()).toBe('# hello')

  await page.getByRole('button', { name: 'Write on' }).click()
  await expect.poll(() => status(page).textContent()).toMatch(/^(Take it|Cut at)/u)
  const written = (await ghost(page).textContent()) ?? ''
  expect(written).not.toBe('')
  await page.getByRole('button', { name: /^Take/u }).click()
  const stored = async () => (await request(page, 'code.read_page', {})).text
  await expect.poll(stored).toBe(`# hello${written}`)
})

test('what is being written is stopped and kept, and typing leaves it', async ({ page }) => {
  // Long enough that it is still being written when a slow page takes the click.
  const long = { ...emptyCodePage, maxNewTokens: 6000 }
  await request(page, 'code.write_page', { page: long })
  await openCode(page)
  await editor(page).fill('[Round 1]\n\n问：never stop\n\n答：')
  await editor(page).press('Control+Enter')
  await expect.poll(() => ghost(page).textContent(), { intervals: [20] }).not.toBe('')
  await page.getByRole('button', { name: 'Stop', exact: true }).dispatchEvent('click')
  await expect.poll(() => status(page).textContent()).toMatch(/^Take it/u)
  await editor(page).press('x')
  await expect.poll(() => ghost(page).count()).toBe(0)
})

test('the page is there after a restart, coloured and without a breach of the policy', async ({
  app,
  page,
}) => {
  await openCode(page)
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'Go', exact: true }).click()
  await editor(page).click()
  await editor(page).fill('func main() {\n\treturn "a"\n}\n')
  await expect
    .poll(async () => (await request(page, 'code.read_page', {})).text)
    .toContain('return "a"')

  const again = await app.restart()
  const problems: string[] = []
  again.on('console', (message) => {
    if (/Security Policy|Trusted/u.test(message.text())) problems.push(message.text())
  })
  await go(again, '/code')
  await editor(again).waitFor()
  await expect.poll(() => editor(again).textContent()).toContain('return "a"')
  const colourOf = (text: string) =>
    again
      .locator('.cm-line span', { hasText: text })
      .first()
      .evaluate((element) => getComputedStyle(element).color)
  await expect.poll(() => colourOf('func')).not.toBe(await colourOf('"a"'))
  expect(problems).toEqual([])
})

test('the page is drawn in both themes, for people to look at', async ({ app, page }) => {
  const folder = join(outFolder, 'e2e/screenshots')
  await mkdir(folder, { recursive: true })
  await openCode(page)
  await editor(page).fill('# hello\ndef first(values):\n    return values[0]  # one\n\n# hello')
  await editor(page).press('Control+End')
  await editor(page).press('Control+Enter')
  await expect.poll(() => status(page).textContent()).toMatch(/^(Take it|Cut at)/u)
  for (const theme of ['light', 'dark'] as const) {
    await request(page, 'settings.write', { changes: { theme } })
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
    await page.screenshot({ path: join(folder, `${app.host}-code-${theme}-en.png`) })
  }
})
