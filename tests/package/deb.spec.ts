import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from '@playwright/test'
import { buildDatabase, insertChat } from '../unit/core/store/build-database.ts'
import { composer, messages, say as sayInChat, startWithDemo } from '../e2e/steps.ts'
import { say } from '../../build/setup/run.ts'
import { request } from '../e2e/harness/app-driver.ts'
import { expect, test } from './fixtures.ts'
import { rootFlags, runInstalled, startInstalled, type Surroundings } from './installed-app.ts'
import {
  added,
  dpkg,
  filesOfMachine,
  hashesOf,
  installFolder,
  packageName,
  reasonNotToInstall,
} from './machine.ts'
import { chatsMimeType, modelMimeType } from '../../build/setup/package/linux-desktop.ts'
import { debOf, versions } from './made-packages.ts'

const program = join(installFolder, 'chatglm-desktop')

/** Where the app keeps its data in a home that sets nothing else. */
const dataIn = (home: string): string => join(home, '.local/share/chatglm-desktop')

const oldestVersion = 10

/** Puts the data of the first app that had chats into a home. */
function putOlderData(home: string): void {
  buildDatabase(join(dataIn(home), 'chats.db'), oldestVersion, (db) =>
    insertChat(db, 'older', ['从前的问题', '从前的回答']),
  )
}

async function titles(page: Page): Promise<string[]> {
  const { chats } = await request(page, 'chat.list', { view: 'current', limit: 10 })
  return chats.map(({ title }) => title)
}

/** Starts the installed app and ends it whatever happens. */
async function withApp(where: Surroundings, use: (page: Page) => Promise<void>): Promise<void> {
  const app = await startInstalled(program, where)
  try {
    await use(app.page)
  } finally {
    await app.close()
  }
}

/** Opens the app by what the menu of programs starts for a link or the address of a file. */
async function openLink(link: string, where: Surroundings): Promise<void> {
  const entry = await readFile(`/usr/share/applications/${packageName}.desktop`, 'utf8')
  expect(entry).toContain(`MimeType=x-scheme-handler/chatglm;${modelMimeType};${chatsMimeType};`)
  const command = /^Exec=(\S+) %U$/m.exec(entry)?.[1] ?? ''
  const { exitCode } = await runInstalled(command, [...rootFlags, link], where)
  expect(exitCode).toBe(0)
}

/** Opens exported chats and a model as a file manager does, by their addresses. */
async function openFiles(page: Page, where: Surroundings): Promise<void> {
  const { text } = await request(page, 'transfer.export', { chatIds: null, format: 'json' })
  const chats = join(where.home, '对话 一.chatglm')
  await writeFile(chats, text)
  const known = await titles(page)
  const { chats: listed } = await request(page, 'chat.list', { view: 'current', limit: 10 })
  await request(page, 'chat.purge', { chatIds: listed.map(({ id }) => id) })
  expect(await titles(page)).toEqual([])
  await openLink(pathToFileURL(chats).href, where)
  await expect.poll(() => titles(page)).toEqual(known)

  const names = await readdir(where.home, { recursive: true })
  const converted = names.find((name) => name.endsWith('.gguf')) ?? 'no model was converted'
  const path = join(where.home, '模型 一.gguf')
  await cp(join(where.home, converted), path)
  await openLink(pathToFileURL(path).href, where)
  await expect
    .poll(async () => (await request(page, 'model.list', {})).map((model) => model.path))
    .toContain(path)
}

test('installs, chats, opens files, upgrades over older data, and leaves nothing but the data', async ({
  where,
}) => {
  const reason = await reasonNotToInstall()
  test.skip(reason !== null, `Not installed: ${reason}.`)
  const before = await filesOfMachine()
  const [older, newer] = [await debOf(versions.older), await debOf(versions.newer)]
  try {
    await dpkg('-i', older)

    await test.step('the window chats, and takes a link without doing what it says', async () => {
      await withApp(where, async (page) => {
        await startWithDemo(page)
        await expect(await sayInChat(page, '你好')).toContainText('ChatGLM')
        await openLink(`chatglm://new?text=${encodeURIComponent('来自链接 & <b>')}`, where)
        await expect(composer(page)).toHaveValue('来自链接 & <b>')
        await openLink('chatglm://run?path=/bin/sh', where)
        expect(await titles(page)).toHaveLength(1)
        await openFiles(page, where)
      })
    })

    await test.step('the command line answers, where there is no display, too', async () => {
      const answer = await runInstalled('/usr/bin/chatglm', ['chat', '-p', '你好'], {
        ...where,
        display: '',
      })
      expect(answer.all).toContain('ChatGLM')
      expect(answer.exitCode).toBe(0)
    })

    const kept = join(where.home, 'first data')
    await cp(dataIn(where.home), kept, { recursive: true })
    await rm(dataIn(where.home), { recursive: true })
    putOlderData(where.home)
    await dpkg('-i', newer)
    expect(await dpkg('-s', packageName)).toContain(`Version: ${versions.newer}`)

    await test.step('the newer app shows the chats of the older data', async () => {
      await withApp(where, async (page) => {
        expect(await titles(page)).toEqual(['older'])
        await startWithDemo(page)
        await page.getByText('older').first().click()
        await expect(messages(page)).toHaveText([/从前的问题/, /从前的回答/])
      })
    })

    await rm(dataIn(where.home), { recursive: true })
    await mkdir(join(dataIn(where.home), '..'), { recursive: true })
    await cp(kept, dataIn(where.home), { recursive: true })
    const data = await hashesOf(dataIn(where.home))
    await dpkg('-r', packageName)
    await dpkg('-P', packageName)
    expect(await hashesOf(dataIn(where.home))).toEqual(data)
    say(`kept by removing: ${Object.keys(data).length} files of data`)
  } finally {
    if ((await reasonNotToInstall()) !== null) await dpkg('-P', packageName)
  }
  expect(added(before, await filesOfMachine())).toEqual([])
})
