import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeEngine } from '../../../build/setup/given-engine.ts'

let base: string
let folder: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'chatglm-given-'))
  folder = join(base, 'out/bin')
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

const put = async (name: string, files: string[]): Promise<string> => {
  await mkdir(join(base, name, 'modules'), { recursive: true })
  for (const file of files) await writeFile(join(base, name, file), file)
  return join(base, name)
}

const filesOf = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true })).map((file) => file.replaceAll(sep, '/')).sort()

test('takes the given engine with its modules, and nothing of the one before', async () => {
  await put('out/bin', ['chatglm-engine.exe', 'old.dll'])
  const given = await put('given', ['chatglm-engine.exe', 'modules/ggml-vulkan.dll'])
  await takeEngine(given, folder)
  const taken = ['chatglm-engine.exe', 'modules', 'modules/ggml-vulkan.dll']
  expect(await filesOf(folder)).toEqual(taken)
  await takeEngine(undefined, folder)
  expect(await filesOf(folder)).toEqual(taken)
})

test('says where an engine comes from when there is none', async () => {
  await expect(takeEngine('', folder)).rejects.toThrow('--preset win-x64')
  const given = await put('given', ['chatglm-engine'])
  await expect(takeEngine(given, folder)).rejects.toThrow('has no chatglm-engine.exe')
})
