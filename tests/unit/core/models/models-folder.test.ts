import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ModelsFolder } from '../../../../src-main/core/models/models-folder.ts'
import { isOnOneDisk } from '../../../../src-main/core/models/move-models.ts'

/** Linux keeps a disk in memory there. */
const otherDisk = '/dev/shm'
const hasOtherDisk = existsSync(otherDisk) && !(await isOnOneDisk(tmpdir(), otherDisk))
if (!hasOtherDisk) process.stderr.write('Moves to another disk are not tested: there is none.\n')

function newFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'chatglm-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function folderWithModels(dataFolder = newFolder()): Promise<ModelsFolder> {
  for (const name of ['模型 one', 'two']) {
    mkdirSync(join(dataFolder, 'models', name), { recursive: true })
    writeFileSync(join(dataFolder, 'models', name, 'model.gguf'), name.repeat(1000))
  }
  return reopened(dataFolder)
}

async function reopened(dataFolder: string): Promise<ModelsFolder> {
  const folder = new ModelsFolder(dataFolder, {})
  await folder.load()
  return folder
}

const neverStopped = new AbortController().signal
const textOf = (folder: string) => readFileSync(join(folder, '模型 one', 'model.gguf'), 'utf8')

test.skipIf(!hasOtherDisk)('moves models to another disk, and tells how far it is', async () => {
  const folder = await folderWithModels()
  const [from, to] = [folder.path(), join(newFolder(otherDisk), 'models')]
  const told: number[] = []

  await folder.move(to, neverStopped, (doneBytes, totalBytes) => told.push(doneBytes / totalBytes))

  expect(folder.path()).toBe(to)
  expect(existsSync(from)).toBe(false)
  expect(readdirSync(to).toSorted()).toEqual(['two', '模型 one'])
  expect(textOf(to)).toBe('模型 one'.repeat(1000))
  expect(told.at(0)).toBe(0)
  expect(told.at(-1)).toBe(1)
})

test.skipIf(!hasOtherDisk)('a move that is stopped leaves everything where it was', async () => {
  const dataFolder = newFolder()
  const folder = await folderWithModels(dataFolder)
  const [from, to] = [folder.path(), join(newFolder(otherDisk), 'models')]
  const stop = new AbortController()

  const moved = folder.move(to, stop.signal, (doneBytes) => doneBytes > 0 && stop.abort())

  await expect(moved).rejects.toMatchObject({ name: 'AbortError' })
  expect(readdirSync(to)).toEqual([])
  expect(readdirSync(from).toSorted()).toEqual(['two', '模型 one'])
  expect((await reopened(dataFolder)).path()).toBe(from)
  await folder.move(to, neverStopped, () => undefined)
  expect(textOf(to)).toBe('模型 one'.repeat(1000))
})

test('a crash while files were copied has moved nothing', async () => {
  const dataFolder = newFolder()
  const from = (await folderWithModels(dataFolder)).path()
  const to = join(newFolder(), 'models')
  mkdirSync(join(to, '.chatglm-moving/two.part'), { recursive: true })
  const pointer = { folder: from, copyingTo: to }
  writeFileSync(join(dataFolder, 'models-folder.json'), JSON.stringify(pointer))

  const next = await reopened(dataFolder)
  await next.finishMove()

  expect(next.path()).toBe(from)
  expect(readdirSync(to)).toEqual([])
  expect(textOf(from)).toBe('模型 one'.repeat(1000))
  expect(existsSync(join(dataFolder, 'models-folder.json'))).toBe(false)
})

test('a crash half-way between two folders is made good at the next start', async () => {
  const dataFolder = newFolder()
  const folder = await folderWithModels(dataFolder)
  const [from, to] = [folder.path(), join(newFolder(), 'models')]
  mkdirSync(join(to, '.chatglm-moving/two'), { recursive: true })
  writeFileSync(join(to, '.chatglm-moving/two/model.gguf'), 'the copy')
  writeFileSync(
    join(dataFolder, 'models-folder.json'),
    JSON.stringify({ folder: to, movingFrom: from }),
  )

  const next = await reopened(dataFolder)
  await next.finishMove()

  expect(next.path()).toBe(to)
  expect(readdirSync(to).toSorted()).toEqual(['two', '模型 one'])
  expect(readFileSync(join(to, 'two/model.gguf'), 'utf8')).toBe('the copy')
  expect(existsSync(from)).toBe(false)
})
