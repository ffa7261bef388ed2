import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { MacPackager, WinPackager } from 'electron-builder'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builderConfig } from '../../../build/setup/package/builder-config.ts'
import { engineSigner, finishEngine } from '../../../build/setup/package/sign-engine.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatglm-signing-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const without = {}
const withCertificate = { CSC_LINK: 'a certificate' }

/** Electron-builder's own choice, which it makes by the path in the app and nothing else. */
function signsOnWindows(file: string): boolean {
  const config: unknown = builderConfig(null, null, withCertificate).win
  const packager = { platformSpecificBuildOptions: config }
  const prototype = WinPackager.prototype as unknown as { shouldSignFile(file: string): boolean }
  return prototype.shouldSignFile.call(packager, file)
}

test('electron-builder signs the app for Windows, but not the engine once more', () => {
  expect(signsOnWindows('C:\\out\\ChatGLM Desktop.exe')).toBe(true)
  expect(signsOnWindows('C:\\out\\chatglm-desktop-1.0.0-win-x64-setup.exe')).toBe(true)
  expect(signsOnWindows('C:\\out\\resources\\engine\\chatglm-engine.exe')).toBe(false)
  expect(signsOnWindows('C:\\out\\resources\\engine\\rpc-server.exe')).toBe(false)
})

test('electron-builder signs the app for macOS, but not the engine once more', () => {
  for (const env of [without, withCertificate]) {
    const ignored = new RegExp(String(builderConfig(null, null, env).mac?.signIgnore))
    const contents = '/out/mac/ChatGLM Desktop.app/Contents'
    expect(`${contents}/Resources/engine/modules/libggml-metal.so`).toMatch(ignored)
    expect(`${contents}/MacOS/ChatGLM Desktop`).not.toMatch(ignored)
    expect(`${contents}/Resources/app.asar.unpacked/addon.node`).not.toMatch(ignored)
  }
})

test('an app for macOS without a certificate is signed by nobody and not notarised', () => {
  expect(builderConfig(null, null, without).mac).toMatchObject({ identity: '-', notarize: false })
  expect(builderConfig(null, null, { CSC_LINK: '' }).mac?.identity).toBe('-')
  for (const env of [withCertificate, { CSC_NAME: 'Somebody' }]) {
    const { mac } = builderConfig(null, null, env)
    expect(mac).not.toHaveProperty('identity')
    expect(mac).not.toHaveProperty('notarize')
  }
})

test('nothing but the addon is unpacked', () => {
  expect(builderConfig(null, 'https://releases.example', without).asarUnpack).toEqual(['**/*.node'])
})

test('takes the hashes of the engine after it was signed', async () => {
  const files = ['chatglm-engine.exe', 'rpc-server.exe', 'ggml.dll', 'unknown.exe']
  for (const name of files) await writeFile(join(folder, name), name)
  const signer = engineSigner(Object.create(WinPackager.prototype) as WinPackager)
  const signed: string[] = []
  const manifest = join(folder, 'package/engine-manifest.json')
  await finishEngine(folder, manifest, {
    takes: (path) => signer?.takes(path) ?? false,
    async sign(file) {
      signed.push(basename(file))
      await appendFile(file, ' signed')
    },
  })
  expect(signed).toEqual(['chatglm-engine.exe', 'rpc-server.exe'])
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
  expect(JSON.parse(await readFile(manifest, 'utf8'))).toEqual({
    files: {
      'chatglm-engine.exe': hashOf('chatglm-engine.exe signed'),
      'ggml.dll': hashOf('ggml.dll'),
      'rpc-server.exe': hashOf('rpc-server.exe signed'),
    },
  })
})

test('signs all that runs of the engine for macOS, where there is a certificate', () => {
  const packager = Object.create(MacPackager.prototype) as MacPackager
  expect(engineSigner(packager, without)).toBeNull() // the linker's own signature stays
  const signer = engineSigner(packager, withCertificate)
  for (const path of ['chatglm-engine', 'libllama.dylib', 'modules/libggml-metal.so'])
    expect(signer?.takes(path)).toBe(true)
  expect(signer?.takes('default.metal')).toBe(false)
})
