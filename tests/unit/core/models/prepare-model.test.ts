import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EngineClient } from '../../../../src-main/core/engine/engine-client.ts'
import { EngineProcess } from '../../../../src-main/core/engine/engine-process.ts'
import { removeDrafts } from '../../../../src-main/core/models/drafts.ts'
import { prepareModel } from '../../../../src-main/core/models/prepare-model.ts'
import type { TaskProgress } from '../../../../src-main/shared/models.ts'
import { fakeEngine, type FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { readTextFile } from '../../../fakes/wait.ts'

let folder = ''
let checkpoint = ''
let modelsFolder = ''
let requestLog = ''
const started: EngineProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  checkpoint = join(folder, 'chatglm2-6b')
  modelsFolder = join(folder, 'cache/models')
  requestLog = join(folder, 'log')
  mkdirSync(checkpoint)
  writeFileSync(join(checkpoint, 'config.json'), '{}')
  writeFileSync(join(checkpoint, 'pytorch_model.bin'), 'weights')
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.stop()))
  rmSync(folder, { recursive: true })
})

function startClient(script: FakeEngineScript = {}): Promise<EngineClient> {
  const engine = new EngineProcess({ program: fakeEngine({ requestLog, ...script }) })
  started.push(engine)
  return engine.start()
}

const conversions = () => readTextFile(requestLog).split('model.convert').length - 1
const options = () => ({ modelsFolder, type: 'source' as const })

test('takes a file as it is', async () => {
  const file = join(folder, 'model.gguf')
  writeFileSync(file, 'GGUF')

  expect(await prepareModel(await startClient(), file, options())).toBe(file)
})

test('says what to give when there is nothing', async () => {
  const client = await startClient()

  await expect(prepareModel(client, join(folder, 'nothing'), options())).rejects.toMatchObject({
    code: 'model.not_found',
  })
})

test('converts a folder once, with progress', async () => {
  const client = await startClient()
  const seen: TaskProgress[] = []
  const onProgress = (progress: TaskProgress) => seen.push(progress)

  const first = await prepareModel(client, checkpoint, { ...options(), onProgress })
  const second = await prepareModel(client, checkpoint, { ...options(), onProgress })

  expect(second).toBe(first)
  expect(readTextFile(first)).toBe('GGUF converted')
  expect(conversions()).toBe(1)
  expect(seen.map(({ doneBytes, totalBytes }) => [doneBytes, totalBytes])).toEqual([
    [0, 40],
    [10, 40],
    [20, 40],
    [30, 40],
    [40, 40],
  ])
  expect(readdirSync(modelsFolder)).toHaveLength(1)
})

test.each([
  ['the configuration changes', () => writeFileSync(join(checkpoint, 'config.json'), '[]')],
  ['a file is added', () => writeFileSync(join(checkpoint, 'more.bin'), '')],
  ['a file changes its time', () => utimesSync(join(checkpoint, 'pytorch_model.bin'), 1, 1)],
])('converts again when %s', async (_, change) => {
  const client = await startClient()
  const first = await prepareModel(client, checkpoint, options())
  change()

  expect(await prepareModel(client, checkpoint, options())).not.toBe(first)
  expect(conversions()).toBe(2)
})

test('keeps another precision in a file of its own', async () => {
  const client = await startClient()
  const source = await prepareModel(client, checkpoint, options())

  expect(await prepareModel(client, checkpoint, { modelsFolder, type: 'q8_0' })).not.toBe(source)
})

async function cancelled(client: EngineClient, source: string): Promise<void> {
  const abort = new AbortController()
  const preparing = prepareModel(client, source, {
    ...options(),
    signal: abort.signal,
    onProgress: () => abort.abort(),
  })
  await expect(preparing).rejects.toMatchObject({ code: 'engine.cancelled' })
}

test('converts into the same draft after a cancel, until the source changes', async () => {
  const client = await startClient({ pieceDelayMs: 100 })
  await cancelled(client, checkpoint)
  const drafts = readdirSync(modelsFolder)
  expect(drafts).toHaveLength(1)

  await cancelled(client, checkpoint)
  expect(readdirSync(modelsFolder)).toEqual(drafts)

  utimesSync(join(checkpoint, 'pytorch_model.bin'), 1, 1)
  await cancelled(client, checkpoint)
  expect(readdirSync(modelsFolder)).toHaveLength(1)
  expect(readdirSync(modelsFolder)).not.toEqual(drafts)

  await removeDrafts(modelsFolder, checkpoint)
  expect(readdirSync(modelsFolder)).toEqual([])
})

test('removes drafts that nobody has gone on with for a week, and no others', async () => {
  const client = await startClient()
  const [old, fresh] = ['converting-old', 'converting-fresh'].map((name) =>
    join(modelsFolder, name),
  ) as [string, string]
  for (const draft of [old, fresh]) {
    mkdirSync(draft, { recursive: true })
    const file = join(draft, 'model.gguf.partial')
    writeFileSync(file, '')
    const secondsAgo = draft === old ? 8 * 86_400 : 6 * 86_400
    const time = Date.now() / 1000 - secondsAgo
    utimesSync(file, time, time)
    utimesSync(draft, time, time)
  }

  await prepareModel(client, checkpoint, options())

  expect(readdirSync(modelsFolder)).toContain('converting-fresh')
  expect(readdirSync(modelsFolder)).not.toContain('converting-old')
})
