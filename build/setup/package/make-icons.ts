/**
 * Draws resources/icons/icon.svg in every size that an installer wants, into build/resources/icons,
 * and packs icon.ico and icon.icns: `node build/setup/package/make-icons.ts`. Needs chromium, and
 * Debian's icoutils and icnsutils. Its results are committed, so only a new drawing needs it.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { root } from '../paths.ts'
import { run } from '../run.ts'

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const icoSizes = [16, 24, 32, 48, 64, 128, 256]
const icnsSizes = [16, 32, 128, 256, 512, 1024]

const folder = join(root, 'build/resources')
const fileOf = (size: number): string => join(folder, `icons/${size}x${size}.png`)

async function drawAll(): Promise<void> {
  const drawing = await readFile(join(root, 'resources/icons/icon.svg'), 'utf8')
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage()
  for (const size of sizes) {
    await page.setViewportSize({ width: size, height: size })
    const style = `body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }`
    await page.setContent(`<style>${style}</style>${drawing}`)
    const clip = { x: 0, y: 0, width: size, height: size }
    await page.screenshot({ path: fileOf(size), omitBackground: true, clip })
  }
  await browser.close()
}

await mkdir(join(folder, 'icons'), { recursive: true })
await drawAll()
await run('icotool', ['--create', '--output', join(folder, 'icon.ico'), ...icoSizes.map(fileOf)])
await run('png2icns', [join(folder, 'icon.icns'), ...icnsSizes.map(fileOf)])
