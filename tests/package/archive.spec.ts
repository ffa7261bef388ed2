import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { portableMarker } from '../../src-main/core/app-folders.ts'
import { composer, say, startWithDemo } from '../e2e/steps.ts'
import { pdfOf } from '../fakes/documents.ts'
import { expect, test } from './fixtures.ts'
import { runInstalled, startInstalled } from './installed-app.ts'
import { archiveOf, canPackage, versions } from './made-packages.ts'

test('the archive runs from any folder and keeps its data there', async ({ where }) => {
  test.skip(!canPackage, 'Packages are made on Linux x64.')
  const folder = join(where.home, '便携 版 🙂')
  await mkdir(folder)
  await execa('tar', ['-C', folder, '-xzf', await archiveOf(versions.older)])
  const app = join(folder, `chatglm-desktop-${versions.older}-linux-${process.arch}`)
  await writeFile(join(app, portableMarker), '')

  const started = await startInstalled(join(app, 'chatglm-desktop'), where)
  await startWithDemo(started.page)
  await expect(await say(started.page, '你好')).toContainText('ChatGLM')

  await test.step('a PDF is read there, too', async () => {
    const content = pdfOf(['苹果好吃。', '香蕉也好吃。']).toString('base64')
    const transfer = await started.page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], '水果.pdf'))
      return data
    }, content)
    await composer(started.page).dispatchEvent('drop', { dataTransfer: transfer })
    await expect(started.page.getByText('2 pages')).toBeVisible()
  })
  await started.close()

  await test.step('the command line keeps to the folder, too', async () => {
    await rm(join(app, 'cache'), { recursive: true, force: true })
    const command = join(app, 'resources/bin/chatglm')
    const answer = await runInstalled(command, ['chat', '-p', '你好'], where)
    expect(answer.all).toContain('ChatGLM')
    expect(answer.exitCode).toBe(0)
    expect(await readdir(join(app, 'cache'))).not.toEqual([])
  })

  expect((await stat(join(app, 'data/chats.db'))).size).toBeGreaterThan(0)
  const elsewhere = await readdir(where.home, { recursive: true })
  const ours = elsewhere.filter((path) => /chats\.db$|\.gguf$/.test(path))
  expect(ours.filter((path) => !path.startsWith('便携'))).toEqual([])
})
