import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { portableMarker } from '../../src-main/core/app-folders.ts'
import { say, startWithDemo } from '../e2e/steps.ts'
import { expect, test } from './fixtures.ts'
import { startInstalled } from './installed-app.ts'
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
  await started.close()

  expect((await stat(join(app, 'data/chats.db'))).size).toBeGreaterThan(0)
  const elsewhere = await readdir(where.home, { recursive: true })
  expect(elsewhere.filter((path) => path.endsWith('chats.db') && !path.startsWith('便携'))).toEqual(
    [],
  )
})
