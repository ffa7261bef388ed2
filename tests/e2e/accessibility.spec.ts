import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../../build/setup/paths.ts'
import type { EvalPlan } from '../../src-main/shared/eval.ts'
import { modelId } from '../../src-main/shared/ids.ts'
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
  '/measure',
  '/settings',
  '/guide',
  '/notices',
  '/api-requests',
  '/welcome',
]

/** So that the page for measuring has figures on it. */
async function measure(page: Page, results: string): Promise<void> {
  const plan: EvalPlan = {
    ...{ modelId: modelId('demo'), path: join(root, 'tests/fixtures/eval/mmlu/test'), results },
    ...{ method: 'letter', shots: 0, examples: null, limit: null },
    ...{ windowTokens: 512, againstId: null },
  }
  await request(page, 'eval.start', { plan })
  await expect.poll(async () => (await request(page, 'eval.read', {})).state.type).toBe('ended')
}

test('axe finds nothing wrong in any view, theme and language', async ({ page, dataFolder }) => {
  test.setTimeout(240_000)
  await startWithDemo(page)
  await measure(page, dataFolder)
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
