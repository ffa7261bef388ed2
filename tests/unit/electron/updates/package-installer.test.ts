import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaNode } from 'execa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPartState } from '../../../../src-main/core/downloads/part-state.ts'
import { ReleaseFeed } from '../../../../src-main/core/updates/release-feed.ts'
import { UpdateMemory } from '../../../../src-main/core/updates/update-memory.ts'
import { PackageInstaller } from '../../../../src-main/electron/updates/package-installer.ts'
import { failingDisk, noFailingDisk } from '../../../fakes/failing-disk/failing-disk.ts'
import { faultRounds, tellFaults } from '../../../fakes/fault-rounds.ts'
import { ownMetadata, UpdatePage } from '../../../fakes/update-page.ts'

const isLinux = process.platform === 'linux'
if (!isLinux) process.stderr.write('Tests of AppImages are skipped: this is no Linux.\n')

describe.skipIf(!isLinux)('an update of an AppImage by electron-updater', () => {
  let page: UpdatePage
  let folder: string
  let appImage: string
  let configFile: string
  const network = () => ({ proxy: { type: 'none' as const }, certificateFile: null })

  beforeEach(async () => {
    page = await UpdatePage.open()
    folder = await mkdtemp(join(tmpdir(), 'chatglm-update-'))
    appImage = join(folder, 'My ChatGLM.AppImage')
    configFile = join(folder, 'app-update.yml')
    await writeFile(appImage, '#!/bin/sh\necho old\n')
    await chmod(appImage, 0o755)
    await writeFile(configFile, 'updaterCacheDirName: chatglm-desktop-updater\n')
    vi.stubEnv('APPIMAGE', appImage)
  })

  afterEach(async () => {
    vi.unstubAllEnvs()
    await page.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function findRelease() {
    const memory = new UpdateMemory(join(folder, 'updates.json'))
    const feed = new ReleaseFeed({
      ...{ source: page.source, name: ownMetadata, currentVersion: '1.0.0', memory, network },
    })
    const release = await feed.findNewer(new AbortController().signal)
    if (release === null) throw new Error('The page has nothing newer.')
    return release
  }

  function createInstaller(version = '1.0.0') {
    const order: string[] = []
    const installer = new PackageInstaller({
      ...{ platform: 'linux', address: page.address, version, folder, configFile, network },
      log: { info: () => undefined, error: () => undefined },
      closeApp: async () => void order.push('closed'),
      exit: () => void order.push('ended'),
      startAgain: () => void order.push('started again'),
    })
    return { installer, order }
  }

  /** What a download has on the disk for certain. */
  async function savedBytes(): Promise<number> {
    const parts = join(folder, 'fetching/1.1.0')
    const names = await readdir(parts).catch(() => [])
    const name = names.find((one) => one.endsWith('.part.json'))
    const state = name === undefined ? null : await readPartState(join(parts, name))
    return state?.done.reduce((sum, bytes) => sum + bytes, 0) ?? 0
  }

  const quietly = { signal: new AbortController().signal, onProgress: () => undefined }

  test('replaces the file whole, starts it, and ends after the app was closed', async () => {
    const mark = join(folder, 'started')
    const script = Buffer.from(`#!/bin/sh\ntouch '${mark}'\n`)
    await page.publish('1.1.0', script)
    const { installer, order } = createInstaller()
    await installer.download(await findRelease(), quietly)
    expect(await readFile(appImage, 'utf8')).toContain('old')
    await installer.install()
    expect(order).toEqual(['closed', 'ended'])
    expect(await readFile(appImage)).toEqual(script)
    await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true)
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test('keeps the old file and starts it again when the new one cannot be put there', async () => {
    await page.publish('1.1.0', Buffer.from('new'))
    const { installer, order } = createInstaller()
    await installer.download(await findRelease(), quietly)
    const taken = join(folder, 'taken')
    await mkdir(join(taken, 'something'), { recursive: true })
    for (const target of [join(folder, 'missing', 'app.AppImage'), taken]) {
      vi.stubEnv('APPIMAGE', target)
      await installer.install()
      expect(order.splice(0)).toEqual(['closed', 'started again'])
    }
    expect(await readFile(appImage, 'utf8')).toContain('old')
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test('takes no installer that is not what was signed', async () => {
    await page.publish('1.1.0', randomBytes(200_000))
    const release = await findRelease()
    const [file] = release.files
    await writeFile(join(page.folder, file?.url ?? ''), randomBytes(200_000))
    const { installer } = createInstaller()
    await expect(installer.download(release, quietly)).rejects.toMatchObject({
      code: 'download.damaged',
    })
    await installer.install().catch(() => undefined)
    expect(await readFile(appImage, 'utf8')).toContain('old')
  })

  test('takes no older version, even when it is told to', async () => {
    await page.publish('1.1.0', Buffer.from('older'))
    const { installer } = createInstaller('1.2.0')
    await expect(installer.download(await findRelease(), quietly)).rejects.toThrow('1.1.0')
    expect(page.sentBytes).toBe(0)
  })

  test('needs no second download after a restart', async () => {
    await page.publish('1.1.0', randomBytes(300_000))
    const release = await findRelease()
    await createInstaller().installer.download(release, quietly)
    const { sentBytes } = page
    await createInstaller().installer.download(release, quietly)
    expect(page.sentBytes).toBe(sentBytes)
  })

  /** The app in a process of its own. */
  function start(installs: boolean, env: NodeJS.ProcessEnv = {}) {
    const options = { ...page.source, name: ownMetadata, folder, configFile, installs }
    return execaNode(join(import.meta.dirname, 'update-host.ts'), [JSON.stringify(options)], {
      nodeOptions: ['--import', 'tsx'],
      env: { APPIMAGE: appImage, ...env },
      reject: false,
    })
  }

  test('goes on after kill -9, with the old version left as it is', async () => {
    const content = randomBytes(24 * 2 ** 20)
    await page.publish('1.1.0', content)
    // No more comes after a while, however long the kill takes.
    page.beforePiece = () =>
      page.sentBytes < 18 * 2 ** 20 ? Promise.resolve() : new Promise(() => undefined)
    const killed = start(false)
    await expect.poll(savedBytes, { timeout: 200_000 }).toBeGreaterThan(0)
    killed.kill('SIGKILL')
    expect((await killed).signal).toBe('SIGKILL')
    expect(await readFile(appImage, 'utf8')).toContain('old')
    const saved = await savedBytes()
    page.beforePiece = () => Promise.resolve()
    page.sentBytes = 0
    const second = await start(false)
    expect(second.stderr).toBe('')
    expect(existsSync(join(folder, 'downloaded'))).toBe(true)
    // The question for the size brings a byte.
    expect(page.sentBytes).toBeLessThan(content.length - saved + 16)
    const pending = join(folder, 'chatglm-desktop-updater/pending')
    const [image = ''] = (await readdir(pending)).filter((name) => name.endsWith('.AppImage'))
    expect((await readFile(join(pending, image))).equals(content)).toBe(true)
  }, 300_000)

  test('survives kill -9 at any write of the download and of the installation', async (context) => {
    const disk = failingDisk(folder)
    if (disk === null) return context.skip(noFailingDisk)
    const old = await readFile(appImage)
    const content = Buffer.concat([Buffer.from('#!/bin/sh\nexit\n'), randomBytes(2 ** 20)])
    await page.publish('1.1.0', content)
    expect((await start(true, disk.env)).stderr).toBe('')
    expect((await readFile(appImage)).equals(content)).toBe(true)
    const all = disk.writes()
    expect(all).toBeGreaterThan(10)
    const rounds = faultRounds(3)
    let replaced = 0
    for (let round = 0; round < rounds; round += 1) {
      for (const name of ['fetching', 'chatglm-desktop-updater', 'updates.json', 'downloaded'])
        await rm(join(folder, name), { recursive: true, force: true })
      await writeFile(appImage, old)
      const atWrite = 1 + Math.floor(((round + Math.random()) * all) / rounds)
      disk.set({ mode: 'kills', atWrite })
      const { signal } = await start(true, disk.env)
      const left = await readFile(appImage)
      expect(left.equals(old) || left.equals(content), `write ${atWrite} of ${all}`).toBe(true)
      replaced += signal === undefined || left.equals(content) ? 1 : 0
      disk.set({})
      expect((await start(true, disk.env)).stderr).toBe('')
      expect((await readFile(appImage)).equals(content)).toBe(true)
      expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
    }
    expect(replaced).toBeLessThan(rounds)
    tellFaults(
      `update: killed at ${rounds} of ${all} writes, the app is the old one or (${replaced}) the new one, ` +
        'and the next start ends it',
    )
  }, 300_000)
})
