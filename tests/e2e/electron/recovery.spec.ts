import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { mostFailedStarts } from '../../../src-main/core/failed-starts.ts'
import { expect, request, test } from '../fixtures.ts'
import { composer, say, startWithDemo } from '../steps.ts'
import { mainProcess } from './main-process.ts'

const nothing = { place: '', draft: '', messages: '' }

/** What the window shows. Playwright has no page any more once its process has crashed. */
const shown = (electron: ElectronApplication): Promise<typeof nothing> =>
  electron.evaluate(async ({ BrowserWindow }, empty) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (!contents || contents.isCrashed() || contents.isLoading()) return empty
    return (await contents.executeJavaScript(`({
      place: location.hash,
      draft: document.querySelector('.composer textarea')?.value ?? '',
      messages: document.querySelector('.message-list')?.textContent ?? '',
    })`)) as typeof empty
  }, nothing)

/** The dumps of crashes that lie in a folder. */
async function dumpsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.dmp'))
}

test('a page that crashes comes back where it was, with its draft', async ({
  app,
  page,
  dataFolder,
}) => {
  await startWithDemo(page)
  await say(page, 'who are you')
  await composer(page).fill('not sent yet')
  await page.waitForTimeout(1000) // the draft is saved when the typing pauses
  const electron = mainProcess(app)
  const before = await shown(electron)

  await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  await expect
    .poll(() => readFile(join(dataFolder, 'app.log'), 'utf8'))
    .toContain("the page's process ended")
  await expect.poll(() => dumpsIn(join(dataFolder, 'crashes'))).toHaveLength(1)
  await expect.poll(async () => (await shown(electron)).draft).toBe('not sent yet')
  await expect.poll(async () => (await shown(electron)).messages).toContain('demo model')
  expect((await shown(electron)).place).toBe(before.place)
})

test('after three failed starts the app is careful, and tells so', async ({
  app,
  page,
  dataFolder,
}) => {
  await startWithDemo(page)
  await app.kill()
  await writeFile(join(dataFolder, 'failed-starts'), String(mostFailedStarts))

  const careful = await app.restart()
  await careful.getByText('The last starts failed').waitFor()
  const { isSafeMode, model } = await request(careful, 'app.read', {})
  expect({ isSafeMode, model: model.type }).toEqual({ isSafeMode: true, model: 'none' })

  const again = await app.restart()
  await expect
    .poll(async () => (await request(again, 'app.read', {})).model.type, { timeout: 30_000 })
    .toBe('ready')
  expect(await readdir(dataFolder)).toContain('failed-starts') // this start may still fail
})
