import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { outFolder } from '../../build/setup/paths.ts'
import { expect, request, test } from './fixtures.ts'
import { go, say, startWithDemo } from './steps.ts'

const folder = join(outFolder, 'e2e/screenshots')

test('every view is drawn in both themes and languages, for people to look at', async ({
  app,
  page,
}) => {
  test.setTimeout(180_000)
  await mkdir(folder, { recursive: true })
  const shoot = (name: string) => page.screenshot({ path: join(folder, `${app.host}-${name}.png`) })
  await startWithDemo(page)
  await say(page, 'show me a table')
  await say(page, 'write some code')
  await say(page, '写一个公式')
  const chat = new URL(page.url()).hash.slice(1)
  for (const theme of ['light', 'dark'] as const)
    for (const language of ['en', 'zh-CN'] as const) {
      await request(page, 'settings.write', { changes: { theme, language } })
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme)
      for (const [name, path] of [
        ['chat', chat],
        ['new', '/'],
        ['models', '/models'],
        ['code', '/code'],
        ['measure', '/measure'],
        ['settings', '/settings'],
        ['guide', '/guide/chatting'],
        ['tools', '/settings?section=tools'],
        ['servers', '/settings?section=remote'],
        ['api-requests', '/api-requests'],
        ['code', '/code'],
        ['about', '/settings?section=about'],
        ['notices', '/notices'],
        ['welcome', '/welcome'],
      ] as const) {
        await go(page, path)
        await page.waitForTimeout(500)
        await shoot(`${name}-${theme}-${language}`)
      }
      await go(page, chat)
      await page.keyboard.press('Control+k')
      await page.waitForTimeout(400)
      await shoot(`palette-${theme}-${language}`)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^(Settings of this chat|本对话的设置)$/ }).click()
      await page.waitForTimeout(400)
      await shoot(`chat-settings-${theme}-${language}`)
      await page.keyboard.press('Escape')
      await go(page, '/models')
      await page.getByRole('button', { name: /^(How it will run|运行方式)/ }).click()
      await page.waitForTimeout(800)
      await shoot(`fit-${theme}-${language}`)
      await page.keyboard.press('Escape')
    }
})
