import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeEngineManifest } from '../../../../build/setup/package/engine-files.ts'
import { findAlteredFile } from '../../../../src-main/core/engine/engine-manifest.ts'
import { EngineProcess } from '../../../../src-main/core/engine/engine-process.ts'

let folder: string
let engine: string
let module: string
let manifest: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '引擎 manifest-'))
  engine = join(folder, 'engine/chatglm-engine')
  module = join(folder, 'engine/modules/libggml-vulkan.so')
  manifest = join(folder, 'engine-manifest.json')
  await mkdir(join(module, '..'), { recursive: true })
  await writeFile(engine, 'the engine')
  await writeFile(module, 'a module')
  await writeEngineManifest(join(engine, '..'), manifest)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('an engine as it was packaged is accepted', async () => {
  expect(await findAlteredFile(engine, manifest)).toBeNull()
})

test('one flipped bit in the engine or a module is found', async () => {
  for (const file of [engine, module]) {
    const content = await readFile(file)
    const flipped = Buffer.from(content)
    flipped[0] = (flipped[0] ?? 0) ^ 1
    await writeFile(file, flipped)
    expect(await findAlteredFile(engine, manifest)).toBe(file)
    await writeFile(file, content)
  }
})

test('a module that is gone and one that was added are found', async () => {
  const added = join(folder, 'engine/libggml-cpu-other.so')
  await writeFile(added, 'what nobody packaged')
  expect(await findAlteredFile(engine, manifest)).toBe(added)
  await rm(added)
  await rm(module)
  expect(await findAlteredFile(engine, manifest)).toBe(module)
})

test('a link to elsewhere is found, even where what it leads to is the same', async () => {
  const elsewhere = join(folder, 'elsewhere')
  await rename(module, elsewhere)
  await symlink(elsewhere, module)
  expect(await findAlteredFile(engine, manifest)).toBe(module)
  await rm(module)
  await rename(elsewhere, module)
  await rename(join(folder, 'engine/modules'), elsewhere)
  await symlink(elsewhere, join(folder, 'engine/modules'))
  expect(await findAlteredFile(engine, manifest)).toBe(join(folder, 'engine/modules'))
})

test('an altered engine is not started, and the failure says what to do', async () => {
  await writeFile(engine, '#!/bin/sh\ntouch "$(dirname "$0")/it-ran"\n', { mode: 0o755 })
  const process = new EngineProcess({ program: { file: engine, manifestFile: manifest } })
  await expect(process.start()).rejects.toMatchObject({
    code: 'engine.failed',
    message: expect.stringContaining('Install the app again') as string,
  })
  expect(process.state).toMatchObject({ type: 'failed', cause: { type: 'altered', file: engine } })
  await expect(readFile(join(folder, 'engine/it-ran'))).rejects.toThrow()
})

test('without a readable manifest an installed engine is not started', async () => {
  await writeFile(manifest, '{}')
  const process = new EngineProcess({ program: { file: engine, manifestFile: manifest } })
  await expect(process.start()).rejects.toMatchObject({ code: 'engine.failed' })
  expect(process.state).toMatchObject({ cause: { type: 'altered', file: manifest } })
})
