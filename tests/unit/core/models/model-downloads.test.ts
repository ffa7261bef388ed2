import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Download } from '../../../../src-main/shared/downloads.ts'
import { newDownloadId } from '../../../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp, type TestApp } from '../../../fakes/test-app.ts'
import { publishModel, type PublishedModel } from '../../../fakes/published-model.ts'
import type { FakeEngineScript } from '../../../fakes/fake-engine-script.ts'

let fixture: TestApp

afterEach(() => fixture.app.close())

async function startWithPublished(
  script: FakeEngineScript = {},
  dataFolder = newDataFolder(),
): Promise<PublishedModel> {
  mkdirSync(dataFolder, { recursive: true })
  const published = publishModel(dataFolder)
  fixture = await startTestApp(script, dataFolder)
  const { sourceFolder } = published
  await fixture.ask('settings.write', {
    changes: { downloadSource: 'custom', customSource: sourceFolder, proxy: { type: 'none' } },
  })
  return published
}

async function download(catalogueId: string, keepSource = false) {
  const downloadId = newDownloadId()
  await fixture.ask('licence.accept', { licenceId: 'toy' })
  const choice = { catalogueId, convertTo: 'q4_0' as const, keepSource }
  await fixture.ask('download.start', { downloadId, choice })
  return downloadId
}

const downloadIs = (type: Download['state']['type']) => (payload: { downloads: Download[] }) =>
  payload.downloads.some(({ state }) => state.type === type)

const modelFolder = () => join(fixture.dataFolder, 'models/published-demo')

test('one choice ends with a loaded model, its licence beside it and no files left over', async () => {
  const { catalogueId } = await startWithPublished()

  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')

  const models = await fixture.ask('model.list', {})
  expect(models).toContainEqual(expect.objectContaining({ kind: 'catalogue', catalogueId }))
  expect(readFileSync(join(modelFolder(), 'LICENSE'), 'utf8')).toBe('Be kind.')
  expect(existsSync(join(modelFolder(), 'source'))).toBe(false)
})

test('asks for the licence first, and only once', async () => {
  const { catalogueId } = await startWithPublished()
  const choice = { catalogueId, convertTo: 'q4_0' as const, keepSource: false }

  const refused = fixture.ask('download.start', { downloadId: newDownloadId(), choice })
  await expect(refused).rejects.toMatchObject({ code: 'licence.not_accepted' })

  await fixture.ask('licence.accept', { licenceId: 'toy' })
  await fixture.ask('download.start', { downloadId: newDownloadId(), choice })
  const { acceptedLicenceIds } = await fixture.ask('catalogue.read', {})
  expect(acceptedLicenceIds).toEqual(['toy'])
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
})

test('keeps the published files when it was asked to, and makes another type without fetching', async () => {
  const { catalogueId, sourceFolder } = await startWithPublished()
  await download(catalogueId, true)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  expect(existsSync(join(modelFolder(), 'source/config.json'))).toBe(true)

  writeFileSync(join(sourceFolder, catalogueId, 'pytorch_model.bin'), 'gone')
  const choice = { catalogueId, convertTo: 'f16' as const, keepSource: true }
  await fixture.ask('download.start', { downloadId: newDownloadId(), choice })
  await fixture.waitFor(
    'downloads.changed',
    ({ downloads }) => downloads.filter(({ state }) => state.type === 'finished').length === 2,
  )

  expect(existsSync(join(modelFolder(), 'published-demo-f16.gguf'))).toBe(true)
})

test('goes on after a restart, as if nothing had happened', async () => {
  const { catalogueId } = await startWithPublished({ pieceDelayMs: 2000 })
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', ({ downloads }) =>
    downloads.some(({ state }) => state.type === 'running' && state.step === 'converting'),
  )
  await fixture.app.close()

  fixture = await startTestApp({}, fixture.dataFolder)

  await fixture.waitFor('downloads.changed', downloadIs('finished'))
})

test('a failed conversion says why, and works when it is tried again', async () => {
  const error = { code: 21, message: 'The disk is full.' }
  const { catalogueId } = await startWithPublished({ errors: { 'model.convert': error } })
  const downloadId = await download(catalogueId)

  const { downloads } = await fixture.waitFor('downloads.changed', downloadIs('failed'))

  expect(downloads[0]?.state).toMatchObject({ failure: { code: 'engine.disk_full' } })
  await fixture.app.close()
  fixture = await startTestApp({}, fixture.dataFolder)
  await fixture.ask('download.resume', { downloadId })
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
})

test('a cancelled download leaves nothing behind', async () => {
  const { catalogueId } = await startWithPublished({ pieceDelayMs: 2000 })
  const downloadId = await download(catalogueId)
  await fixture.waitFor('downloads.changed', ({ downloads }) =>
    downloads.some(({ state }) => state.type === 'running' && state.step === 'converting'),
  )

  await fixture.ask('download.cancel', { downloadId })

  expect(await fixture.ask('download.list', {})).toEqual([])
  expect(existsSync(join(modelFolder(), 'source'))).toBe(false)
})

test('another type that is cancelled in mid-way leaves the model and its published files', async () => {
  const { catalogueId } = await startWithPublished()
  await download(catalogueId, true)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  await fixture.app.close()
  const before = readdirSync(modelFolder(), { recursive: true }).toSorted()
  fixture = await startTestApp({ pieceDelayMs: 2000 }, fixture.dataFolder)

  const choice = { catalogueId, convertTo: 'f16' as const, keepSource: true }
  const downloadId = newDownloadId()
  await fixture.ask('download.start', { downloadId, choice })
  await fixture.waitFor('downloads.changed', ({ downloads }) =>
    downloads.some(({ state }) => state.type === 'running' && state.step === 'converting'),
  )
  await fixture.ask('download.cancel', { downloadId })

  expect(readdirSync(modelFolder(), { recursive: true }).toSorted()).toEqual(before)
  const models = await fixture.ask('model.list', {})
  expect(models).toContainEqual(expect.objectContaining({ kind: 'catalogue', catalogueId }))
})

test('verifies a model, and finds the byte that has changed', async () => {
  const { catalogueId } = await startWithPublished()
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  const [model] = (await fixture.ask('model.list', {})).filter(({ kind }) => kind === 'catalogue')
  if (!model) throw new Error('There is no downloaded model.')

  expect(await fixture.ask('model.verify', { modelId: model.id })).toEqual({ type: 'sound' })
  writeFileSync(model.path, 'GGUF convertex')
  const damaged = { type: 'damaged', path: model.path }
  expect(await fixture.ask('model.verify', { modelId: model.id })).toEqual(damaged)
})

test('tells the hash of a file that nobody has vouched for', async () => {
  fixture = await startTestApp()
  const path = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'mine.gguf')
  writeFileSync(path, 'GGUF of mine')
  const { modelId } = await fixture.ask('model.open', { path })

  const sha256 = createHash('sha256').update('GGUF of mine').digest('hex')
  const verification = await fixture.ask('model.verify', { modelId })
  expect(verification).toEqual({ type: 'unknown', sha256 })
})

test('moves all models to another folder, and finds them there after a restart', async () => {
  const { catalogueId } = await startWithPublished()
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  const folder = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), '模型 🙂')

  const storage = await fixture.ask('storage.move', { folder })

  expect(storage).toMatchObject({ folder })
  expect(storage.usedBytes).toBeGreaterThan(0)
  expect(existsSync(modelFolder())).toBe(false)
  await fixture.app.close()
  fixture = await startTestApp({}, fixture.dataFolder)
  await fixture.waitFor('models.changed')
  const paths = (await fixture.ask('model.list', {})).map(({ path }) => path)
  expect(paths).toContain(join(folder, catalogueId, 'published-demo-q4_0.gguf'))
})

test('a folder with other things in it is refused, and nothing is moved', async () => {
  const { catalogueId } = await startWithPublished()
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  mkdirSync(join(folder, catalogueId))

  const moved = fixture.ask('storage.move', { folder })

  await expect(moved).rejects.toMatchObject({ code: 'storage.not_empty' })
  expect(existsSync(join(modelFolder(), 'published-demo-q4_0.gguf'))).toBe(true)
})

test('removing a downloaded model deletes its files', async () => {
  const { catalogueId } = await startWithPublished()
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))
  const [model] = (await fixture.ask('model.list', {})).filter(({ kind }) => kind === 'catalogue')
  if (!model) throw new Error('There is no downloaded model.')

  await fixture.ask('model.remove', { modelId: model.id })

  expect(existsSync(modelFolder())).toBe(false)
})

test('the diagnosis names no person, file, title or address', async () => {
  const { catalogueId } = await startWithPublished()
  await fixture.ask('settings.write', { changes: { preamble: 'my secret preamble' } })
  await download(catalogueId)
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')

  const { text } = await fixture.ask('diagnosis.read', {})

  expect(text).toContain('"chosen": "cpu"')
  for (const secret of ['my secret', 'source', fixture.dataFolder, '.gguf'])
    expect(text).not.toContain(secret)
})

test('an id that is in use starts nothing else', async () => {
  const { catalogueId } = await startWithPublished({ pieceDelayMs: 2000 })
  const downloadId = await download(catalogueId)

  const choice = { catalogueId, convertTo: 'f16' as const, keepSource: false }
  const refused = fixture.ask('download.start', { downloadId, choice })

  await expect(refused).rejects.toMatchObject({ code: 'download.id_in_use' })
  expect(await fixture.ask('download.list', {})).toMatchObject([
    { id: downloadId, convertTo: 'q4_0' },
  ])
})

test('tells one total from the first byte to the end of the conversion', async () => {
  const { catalogueId } = await startWithPublished({ pieceDelayMs: 100 })
  await download(catalogueId)
  await fixture.waitFor('downloads.changed', downloadIs('finished'))

  const told = fixture.events.flatMap(({ event, payload }) =>
    event === 'downloads.changed' ? payload.downloads : [],
  )
  const totals = new Set(told.map(({ progress }) => progress.totalBytes))
  expect(totals.size).toBe(1)
  const done = told.map(({ progress }) => progress.doneBytes)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(Math.max(...done)).toBeLessThanOrEqual(Math.max(...totals))
})
