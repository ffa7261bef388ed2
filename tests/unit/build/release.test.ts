import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shippedWorks } from '../../../build/licences/notices.ts'
import { otherWorks } from '../../../build/licences/other-works.ts'
import { checkVersion } from '../../../build/release/check-version.ts'
import { writeChecksums } from '../../../build/release/checksums.ts'
import { writeMetadata } from '../../../build/release/metadata.ts'
import { writeSbom } from '../../../build/release/sbom.ts'
import { createKeys, signMetadata } from '../../../build/release/signatures.ts'
import { copyVisualCppRuntime } from '../../../build/release/visual-cpp-runtime.ts'
import { writeUpdateSource } from '../../../build/setup/package/update-source.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatglm-release-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const put = (name: string, text = name) => writeFile(join(folder, name), text)

test('describes the installers of every system, and nothing else', async () => {
  for (const name of ['win-x64-setup.exe', 'win-x64-portable.exe', 'mac-arm64.zip', 'mac-x64.zip'])
    await put(`chatglm-desktop-1.0.0-${name}`)
  for (const name of ['linux-x86_64.AppImage', 'linux-arm64.AppImage', 'linux-amd64.deb'])
    await put(`chatglm-desktop-1.0.0-${name}`)
  const names = ['latest.yml', 'latest-mac.yml', 'latest-linux.yml', 'latest-linux-arm64.yml']
  expect(await writeMetadata(folder, '1.0.0', new Date(0))).toEqual(names)
  const mac = await readFile(join(folder, 'latest-mac.yml'), 'utf8')
  expect(mac.match(/url: .*/g)).toEqual([
    'url: chatglm-desktop-1.0.0-mac-arm64.zip',
    'url: chatglm-desktop-1.0.0-mac-x64.zip',
  ])
  expect(await readFile(join(folder, 'latest.yml'), 'utf8')).not.toContain('portable')
})

test('refuses installers of another version, and a folder without any', async () => {
  await expect(writeMetadata(folder, '1.0.0', new Date(0))).rejects.toThrow('no installer')
  await put('chatglm-desktop-0.9.0-mac-x64.zip')
  await expect(writeMetadata(folder, '1.0.0', new Date(0))).rejects.toThrow('not of version')
})

test('signs only with the other half of the key that the apps know', async () => {
  await put('chatglm-desktop-1.0.0-mac-x64.zip')
  await writeMetadata(folder, '1.0.0', new Date(0))
  const { privateKey, publicKey } = createKeys()
  const other = createKeys().publicKey
  await expect(signMetadata(folder, { privateKey, publicKey: other })).rejects.toThrow('other half')
  await signMetadata(folder, { privateKey, publicKey })
  expect(existsSync(join(folder, 'latest-mac.yml.sig'))).toBe(true)
})

test.skipIf(process.platform !== 'linux')('writes checksums that sha256sum accepts', async () => {
  await put('one')
  await put('two words')
  await writeChecksums(folder)
  await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder })
  await put('one', 'changed')
  const again = execa('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder })
  await expect(again).rejects.toThrow('one: FAILED')
})

test('lists all that the notices name as what the app is made of, and who brings it', async () => {
  const file = join(folder, 'sbom.json')
  await writeSbom(file)
  const { components, dependencies } = JSON.parse(await readFile(file, 'utf8')) as {
    components: {
      'bom-ref': string
      name: string
      version?: string
      licenses?: { license?: { id?: string } }[]
    }[]
    dependencies: { ref: string; dependsOn: string[] }[]
  }
  // CycloneDX takes an id from SPDX's list only.
  const ids = components.flatMap(({ licenses = [] }) => licenses.map(({ license }) => license?.id))
  expect(ids).toContain('MIT')
  expect(ids.filter((id) => id !== undefined && /\s|^LicenseRef-|^TextMate/.test(id))).toEqual([])
  const names = new Set(components.flatMap(({ name, version }) => [name, `${name}@${version}`]))
  const componentOf = new Map((await otherWorks()).map((work) => [work.name, work.component]))
  const named = (await shippedWorks()).map(({ name }) => componentOf.get(name) ?? name)
  expect(named.filter((name) => !names.has(name))).toEqual([])
  expect(named).toEqual(expect.arrayContaining(['SQLite', 'llama.cpp', 'electron']))
  expect(names).not.toContain('vitest')

  const references = components.map((one) => one['bom-ref'])
  expect(new Set(references).size).toBe(references.length)
  const brought = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn))
  expect([...brought].filter((one) => !references.includes(one))).toEqual([])
  expect(references.filter((one) => !brought.has(one) && !one.startsWith('electron@'))).toEqual([])
  expect(await readFile(file, 'utf8')).toContain('@node-llama-cpp/linux-x64-vulkan')
})

test('refuses a tag that is not the version everywhere', async () => {
  await expect(checkVersion('v99.0.0')).rejects.toThrow('the tag is v99.0.0')
})

test('brings the runtime of Visual C++ along, or says what is missing', async () => {
  const target = join(folder, 'engine')
  const libraries = join(folder, 'x64/Microsoft.VC143.CRT')
  await mkdir(target)
  await expect(copyVisualCppRuntime('', target)).rejects.toThrow('VCToolsRedistDir')
  await mkdir(libraries, { recursive: true })
  await writeFile(join(libraries, 'MSVCP140.dll'), '')
  await expect(copyVisualCppRuntime(folder, target)).rejects.toThrow('vcruntime140.dll')
  for (const name of ['vcruntime140.dll', 'vcruntime140_1.dll'])
    await writeFile(join(libraries, name), '')
  await copyVisualCppRuntime(folder, target)
  expect(existsSync(join(target, 'vcruntime140_1.dll'))).toBe(true)
})

test('puts no address for updates into a build that nobody gave one', async () => {
  const file = join(folder, 'update-source.json')
  await put('update-source.json', 'of an earlier build')
  expect(await writeUpdateSource(file, '')).toBeNull()
  expect(existsSync(file)).toBe(false)
  await expect(writeUpdateSource(file, 'http://page.example')).rejects.toThrow('https://')
})
