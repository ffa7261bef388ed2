import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKeys } from '../../../../build/release/signatures.ts'
import { ReleaseFeed } from '../../../../src-main/core/updates/release-feed.ts'
import { UpdateMemory } from '../../../../src-main/core/updates/update-memory.ts'
import { ownMetadata, UpdatePage } from '../../../fakes/update-page.ts'

let page: UpdatePage
let folder: string
const installer = Buffer.from('a new version')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatglm-updates-'))
  page = await UpdatePage.open()
})

afterEach(async () => {
  await page.close()
  await rm(folder, { recursive: true })
})

/** Asks as an app does that was started anew. */
async function find(currentVersion = '1.0.0') {
  const memory = new UpdateMemory(join(folder, 'updates.json'))
  await memory.load()
  const feed = new ReleaseFeed({
    ...{ source: page.source, name: ownMetadata, currentVersion, memory },
    network: () => ({ proxy: { type: 'none' }, certificateFile: null }),
  })
  return feed.findNewer(new AbortController().signal)
}

const code = (value: string): unknown => expect.objectContaining({ code: value })

test('finds a newer version that is signed', async () => {
  await page.publish('1.1.0', installer)
  const release = await find()
  expect(release).toMatchObject({ version: '1.1.0', files: [{ size: installer.length }] })
})

test('takes neither its own version, nor an older one, nor a preview of its own', async () => {
  for (const version of ['1.0.0-beta.1', '1.0.0']) {
    await page.publish(version, installer)
    expect(await find()).toBeNull()
  }
  await page.publish('0.9.9', installer)
  await expect(find()).rejects.toEqual(code('update.withheld')) // 1.0.0 was there before
  await rm(join(folder, 'updates.json'))
  expect(await find()).toBeNull()
})

test('refuses an old description that is offered again, also after a restart', async () => {
  await page.publish('1.1.0', installer)
  const old = await page.metadata()
  await page.publish('1.2.0', installer)
  expect(await find()).toMatchObject({ version: '1.2.0' })
  page.state(old)
  await expect(find()).rejects.toEqual(code('update.withheld'))
})

test('refuses what was changed after it was signed', async () => {
  await page.publish('1.1.0', installer)
  const text = await page.metadata()
  let refused = 0
  for (let at = 0; at < text.length; at += 7) {
    await page.tamper(ownMetadata, () => `${text.slice(0, at)}#${text.slice(at + 1)}`)
    await expect(find()).rejects.toEqual(code('update.untrusted'))
    refused += 1
  }
  expect(refused).toBeGreaterThan(50)
})

test('refuses another key, the description of another system, and no signature at all', async () => {
  await page.publish('1.1.0', installer)
  const text = await page.metadata()
  page.state(text, createKeys().privateKey)
  await expect(find()).rejects.toEqual(code('update.untrusted'))
  page.state(text, page.keys.privateKey, 'latest-other.yml')
  await expect(find()).rejects.toEqual(code('update.untrusted'))
  for (const signature of ['', 'AAAA', '<html>', 'A'.repeat(88)]) {
    await page.tamper(`${ownMetadata}.sig`, () => signature)
    await page.tamper(ownMetadata, () => text)
    await expect(find()).rejects.toEqual(code('update.untrusted'))
  }
})

test('refuses a description that was cut, even when that is signed', async () => {
  await page.publish('1.1.0', installer)
  const text = await page.metadata()
  const cuts = [0, 20, text.length >> 1, text.indexOf('releaseDate')]
  for (const length of cuts) {
    page.state(text.slice(0, length))
    await expect(find()).rejects.toEqual(code('update.damaged'))
  }
})

test('refuses files that would leave their folder or their page', async () => {
  await page.publish('1.1.0', installer)
  const text = await page.metadata()
  for (const url of [
    '../evil',
    'https://elsewhere.example/app',
    '/etc/passwd',
    '.hidden',
    'a\\b',
  ]) {
    page.state(text.replace(/url: .*/, `url: ${JSON.stringify(url)}`))
    await expect(find()).rejects.toEqual(code('update.damaged'))
  }
})

test('says when the page cannot be read, or sends without end', async () => {
  await expect(find()).rejects.toEqual(code('update.not_reachable')) // there is no version yet
  await page.publish('1.1.0', installer)
  page.state('#'.repeat(300_000))
  await expect(find()).rejects.toEqual(code('update.not_reachable'))
})

test('keeps what it has seen in a file, and takes a damaged one for none', async () => {
  await page.publish('1.1.0', installer)
  await find()
  const text = await readFile(join(folder, 'updates.json'), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ newestVersion: '1.1.0' })
  await writeFile(join(folder, 'updates.json'), text.slice(0, -3))
  const memory = new UpdateMemory(join(folder, 'updates.json'))
  await memory.load()
  expect(memory.checkedAtMs).toBeNull()
})
