import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { preview } from 'vite'

/** Takes pictures of the built gallery in both themes, and prints what the page complains of. */
const folder = fileURLToPath(new URL('../../../out/gallery-pictures/', import.meta.url))
const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

mkdirSync(folder, { recursive: true })
const server = await preview({ configFile, preview: { port: 4178, host: '127.0.0.1' } })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
})
try {
  for (const [theme, locale] of [
    ['light', 'en'],
    ['dark', 'zh-CN'],
  ]) {
    const page = await browser.newPage({ viewport: { width: 900, height: 1000 } })
    page.on('console', (message) => say(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => say(`error: ${error.message}`))
    await page.goto(`http://127.0.0.1:4178/?theme=${theme}&locale=${locale}`)
    const milliseconds: unknown = await page.evaluate('controls.open()')
    say(`${theme}: opened in ${String(milliseconds)} ms`)
    for (const id of ['a6', 'a4', 'a2', 'a1', 'q1', 'q0']) {
      await page.evaluate(`controls.show('${id}')`)
      await page.waitForTimeout(2_500)
      await page.screenshot({ path: `${folder}${theme}-${id}.png` })
    }
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
