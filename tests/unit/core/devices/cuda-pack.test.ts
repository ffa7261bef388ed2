import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, expect, test } from 'vitest'
import { AppEventBus } from '../../../../src-main/core/app/app-events.ts'
import { CudaPack } from '../../../../src-main/core/devices/cuda-pack.ts'
import type { DeviceService } from '../../../../src-main/core/devices/device-service.ts'
import type { BackendState } from '../../../../src-main/shared/devices.ts'

const platform = `${process.platform}-${process.arch}`

/** Devices of which CUDA is in the given states, one after each probe. */
function devicesWith(states: BackendState[]) {
  let probes = 0
  const devices = {
    probe: async () => void (probes += 1),
    read: () => ({ backends: [{ backend: 'cuda', state: states[probes - 1] }] }),
  }
  return { devices: devices as unknown as DeviceService, probes: () => probes }
}

/** Packs files into an archive, and answers its bytes. */
async function pack(archive: string, files: Record<string, string>): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(archive, '..'), { recursive: true })
  await execa('tar', ['-czf', archive, '-C', folder, '.'])
  return readFileSync(archive)
}

let server: Server | undefined

afterEach(() => void server?.close())

/** Serves the files of a folder under `/redist/`. */
async function serve(folder: string): Promise<string> {
  const files = (server = createServer(({ url = '' }, response) => {
    const file = join(folder, url.replace('/redist/', ''))
    if (!existsSync(file)) return response.writeHead(404).end()
    const bytes = readFileSync(file)
    return response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  }))
  await once(files.listen(0, '127.0.0.1'), 'listening')
  const address = files.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

async function start(states: BackendState[], changeIntegrity = (integrity: string) => integrity) {
  const root = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  const registry = join(root, 'registry')
  const archive = join(registry, '@scope/cuda/-/cuda-1.0.0.tgz')
  const bytes = await pack(archive, { 'package/bins/libggml-cuda.so': 'the module', other: 'x' })
  const nvidia = join(root, 'nvidia/redist')
  const runtime = await pack(join(nvidia, 'cudart/cudart.tgz'), { 'lib/libcudart.so.13': 'rt' })
  const sha256 = createHash('sha256').update(runtime).digest('hex')
  const list = { cuda_cudart: { here: { relative_path: 'cudart/cudart.tgz', sha256, size: '1' } } }
  list.cuda_cudart.here.size = String(runtime.length)
  writeFileSync(join(nvidia, 'list.json'), JSON.stringify(list))
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const packFile = join(root, 'pack.json')
  const description = {
    ...{ package: '@scope/cuda', version: '1.0.0', module: 'libggml-cuda.so' },
    integrity: changeIntegrity(integrity),
    runtime: {
      ...{ index: `${await serve(nvidia)}/redist/list.json`, platform: 'here' },
      components: ['cuda_cudart'],
      libraries: '\\.so\\.\\d+$',
    },
  }
  writeFileSync(packFile, JSON.stringify({ [platform]: description }))
  const { devices, probes } = devicesWith(states)
  const packsFolder = join(root, 'packs')
  const cuda = new CudaPack({
    ...{ packFile, packsFolder, devices, registry, events: new AppEventBus() },
    network: () => ({ proxy: { type: 'none' }, certificateFile: null }),
  })
  return { cuda, probes, folder: join(packsFolder, 'cuda') }
}

test('takes the module out of its package, and nothing else', async () => {
  const { cuda, probes, folder } = await start([{ type: 'usable', devices: [] }])

  await cuda.install()

  expect(readFileSync(join(folder, 'libggml-cuda.so'), 'utf8')).toBe('the module')
  expect(existsSync(join(folder, 'other'))).toBe(false)
  expect(probes()).toBe(1)
})

test('refuses a package with another hash, and puts nothing in its place', async () => {
  const { cuda, folder } = await start([], () => `sha512-${'A'.repeat(86)}==`)

  await expect(cuda.install()).rejects.toMatchObject({ code: 'device.pack_damaged' })
  expect(existsSync(join(folder, 'libggml-cuda.so'))).toBe(false)
})

test('fetches the libraries of NVIDIA that miss', async () => {
  const reason = 'libcudart.so.13: cannot open shared object file'
  const { cuda, probes, folder } = await start([
    { type: 'unusable', reason },
    { type: 'usable', devices: [] },
  ])

  await cuda.install()

  expect(readFileSync(join(folder, 'libcudart.so.13'), 'utf8')).toBe('rt')
  expect(probes()).toBe(2)
})

test('leaves NVIDIA alone when the driver is what misses', async () => {
  const reason = 'libcuda.so.1: cannot open shared object file'
  const { cuda, probes, folder } = await start([{ type: 'unusable', reason }])

  await cuda.install()

  expect(probes()).toBe(1)
  expect(existsSync(join(folder, 'libcudart.so.13'))).toBe(false)
})
