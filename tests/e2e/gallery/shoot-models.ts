import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Page, chromium } from 'playwright-core'
import { preview } from 'vite'

/**
 * Takes pictures of the pages for models in their states, and prints what axe finds wrong there.
 * `node tests/e2e/gallery/shoot-models.ts [name…]` takes only those scenes.
 */
interface Scene {
  name: string
  /** After `models.html`. */
  address: string
  /** What a person does before the picture is taken. */
  act?: (page: Page) => Promise<void>
  height?: number
}

const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click()
async function openDrawer(page: Page): Promise<void> {
  const sideBar = page.getByRole('button', { name: 'Show the side bar' })
  if (await sideBar.isVisible()) await sideBar.click()
  await page.locator('.foot .line').first().click()
}
const scenes: Scene[] = [
  { name: 'models', address: '?downloads#/models', height: 3600 },
  { name: 'too-big', address: '?failed#/models', height: 1400 },
  { name: 'gpus', address: '?gpus#/models', act: press('How it will run…') },
  { name: 'fit', address: '#/models', act: press('How it will run…') },
  {
    name: 'drawer',
    address: '?downloads#/',
    act: openDrawer,
  },
  { name: 'licence', address: '?licence#/models', act: press('Download CodeGeeX2-6B') },
  { name: 'choice', address: '#/models', act: press('Download ChatGLM2-6B-32K') },
  { name: 'settings', address: '?gpus#/settings', height: 4200 },
  { name: 'welcome', address: '?empty#/welcome', height: 1200 },
]
const looks = [
  { theme: 'light', locale: 'en', width: 1280 },
  { theme: 'dark', locale: 'zh-CN', width: 1280 },
  { theme: 'light', locale: 'zh-CN', width: 600 },
]

const folder = fileURLToPath(new URL('../../../out/gallery-pictures/', import.meta.url))
const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const wanted = process.argv.slice(2)

async function shoot(page: Page, scene: Scene, look: (typeof looks)[number]): Promise<void> {
  const { theme, locale, width } = look
  const name = `${scene.name}-${theme}-${locale}-${width}`
  page.on('pageerror', (error) => say(`${name}: ${error.message}`))
  const [query = '', hash = ''] = scene.address.split('#')
  const start = query === '' ? '?' : `${query}&`
  // Buttons are found by their English names.
  const shown = scene.act ? 'en' : locale
  await page.goto(`http://127.0.0.1:4178/models.html${start}theme=${theme}&locale=${shown}#${hash}`)
  await page.waitForTimeout(900)
  if (scene.act) {
    await scene.act(page)
    await page.evaluate(`controls.speak('${locale}')`)
    await page.waitForTimeout(600)
  }
  await page.screenshot({ path: `${folder}${name}.png` })
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  )
  for (const line of Array.isArray(found) ? found : []) say(`${name}: ${String(line)}`)
}

mkdirSync(folder, { recursive: true })
const server = await preview({ configFile, preview: { port: 4178, host: '127.0.0.1' } })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
})
try {
  for (const scene of scenes.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
    for (const look of looks) {
      const viewport = { width: look.width, height: scene.height ?? 900 }
      const page = await browser.newPage({ viewport })
      await shoot(page, scene, look).catch((error: unknown) =>
        say(`${scene.name}: ${String(error)}`),
      )
      await page.close()
    }
} finally {
  await browser.close()
  await server.close()
}
