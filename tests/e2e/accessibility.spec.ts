import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AppSettings } from '../../src-main/shared/settings.ts'
import { expect, request, test } from './fixtures.ts'
import { go, messageButton, say, startWithDemo } from './steps.ts'

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

/** What axe finds wrong with the page as it is. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations: found } = await axe.run()
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    )
  })
}

const looks: Pick<AppSettings, 'theme' | 'language'>[] = (['light', 'dark'] as const).flatMap(
  (theme) => (['en', 'zh-CN', 'zh-TW'] as const).map((language) => ({ theme, language })),
)

const views = [
  '/',
  '/models',
  '/code',
  '/settings',
  '/guide',
  '/notices',
  '/api-requests',
  '/welcome',
]

test('axe finds nothing wrong in any view, theme and language', async ({ page }) => {
  test.setTimeout(240_000)
  await startWithDemo(page)
  await say(page, 'show me a table')
  const chat = new URL(page.url()).hash.slice(1)
  for (const look of looks) {
    await request(page, 'settings.write', { changes: look })
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(look.language)
    for (const view of [chat, ...views]) {
      await go(page, view)
      await page.waitForTimeout(400) // transitions would be taken for low contrast
      expect(await violations(page), `${view} ${look.theme} ${look.language}`).toEqual([])
    }
  }
})

test('axe finds nothing wrong in menus, lists and dialogs', async ({ page }) => {
  await startWithDemo(page)
  const reply = await say(page, 'show me a table')
  const opened: [string, () => Promise<void>][] = [
    ['palette', () => page.keyboard.press('Control+k')],
    ['menu of a chat', () => page.locator('aside [data-chat-id]').click({ button: 'right' })],
    ['menu of a message', async () => (await messageButton(reply, 'More actions')).click()],
    [
      'settings of a chat',
      () => page.getByRole('button', { name: 'Settings of this chat' }).click(),
    ],
    ['choice of a model', () => page.getByRole('button', { name: /^Model/ }).click()],
  ]
  for (const [what, open] of opened) {
    await open()
    await page.waitForTimeout(400)
    await page.locator('[role=menu], [role=dialog], [role=listbox]').first().waitFor()
    expect(await violations(page), what).toEqual([])
    await page.keyboard.press('Escape')
    await page.waitForTimeout(400)
  }
})
