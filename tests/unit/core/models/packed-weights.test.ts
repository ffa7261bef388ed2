import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { newDataFolder, startTestApp, type TestApp } from '../../../fakes/test-app.ts'
import { readTextFile, until } from '../../../fakes/wait.ts'
import { modelId } from '../../../../src-main/shared/ids.ts'

const demo = modelId('demo')
const paramsSchema = z.object({ packedFile: z.string().optional() })

let fixture: TestApp
let folder: string
let requestLog: string

beforeEach(async () => {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { recursive: true })
  requestLog = join(dataFolder, 'requests')
  writeFileSync(requestLog, '')
  folder = join(dataFolder, 'cache', 'weights')
  fixture = await startTestApp({ reply: ['One'], requestLog }, dataFolder)
})
afterEach(() => fixture.app.close())

const method = 'model.load '
const loads = () =>
  readTextFile(requestLog)
    .split('\n')
    .filter((line) => line.startsWith(method))

/** Where the engine was told to keep the weights of what it loaded last. */
const lastPackedFile = () =>
  paramsSchema.parse(JSON.parse(loads().at(-1)?.slice(method.length) ?? '')).packedFile

/** Loads the demo model and tells where its weights are to be kept. */
async function load(): Promise<string | undefined> {
  const before = loads().length
  await fixture.ask('model.load', { modelId: demo })
  await until(() => loads().length > before)
  return lastPackedFile()
}

function keep(name: string, usedAtSeconds: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), 'weights')
  utimesSync(join(folder, name), usedAtSeconds, usedAtSeconds)
}

test('keeps the weights of the two models that were used last', async () => {
  for (const [index, name] of ['a.gguf', 'c.gguf', 'b.gguf.partial'].entries())
    keep(name, index + 1)
  const packedFile = await load()
  expect(packedFile).toMatch(/[0-9a-f]{16}\.gguf$/)
  expect(packedFile?.startsWith(folder)).toBe(true)
  expect(readdirSync(folder)).toEqual(['c.gguf'])
  writeFileSync(packedFile ?? '', 'weights of the demo model')
  expect((await fixture.ask('storage.read', {})).packedBytes).toBeGreaterThan(0)
  expect(await load()).toBe(packedFile)
  expect(existsSync(packedFile ?? '')).toBe(true)
})

test('forgets weights that are doubted, and all when none are wanted', async () => {
  const packedFile = (await load()) ?? ''
  writeFileSync(packedFile, 'weights of the demo model')
  keep('other.gguf', 1)
  await fixture.ask('model.verify', { modelId: demo })
  expect(readdirSync(folder)).toEqual(['other.gguf'])
  await fixture.ask('settings.write', { changes: { keepPackedWeights: false } })
  await until(() => !existsSync(folder))
  expect(await load()).toBeUndefined()
  expect(existsSync(folder)).toBe(false)
})

test('forgets the weights of a model that is taken from the list', async () => {
  const file = join(folder, '..', 'mine.gguf')
  mkdirSync(join(folder, '..'), { recursive: true })
  writeFileSync(file, 'GGUF')
  const { modelId: id } = await fixture.ask('model.open', { path: file })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  writeFileSync(lastPackedFile() ?? '', 'weights of mine')
  await fixture.ask('model.remove', { modelId: id })
  expect(readdirSync(folder)).toEqual([])
})

test('loads a model where nothing can be kept', async () => {
  mkdirSync(join(folder, '..'), { recursive: true })
  writeFileSync(folder, 'a file in the place of the folder')
  expect(await load()).toBeUndefined()
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
})
