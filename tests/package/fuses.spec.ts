import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { execa } from 'execa'
import { say } from '../../build/setup/run.ts'
import { expect, test } from './fixtures.ts'
import { rootFlags, runInstalled } from './installed-app.ts'
import { canPackage, unpacked } from './made-packages.ts'

const program = join(unpacked, 'chatglm-desktop')
const mebibyte = 1024 * 1024

test.beforeEach(() => test.skip(!canPackage, 'Packages are made on Linux x64.'))

test('the fuses of the packaged program are what they should be', async () => {
  const wire = await getCurrentFuseWire(program)
  const on = FuseState.ENABLE
  const off = FuseState.DISABLE
  expect(wire).toMatchObject({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
  })
})

test('nothing that the environment or the arguments say makes it run other code', async ({
  where,
}) => {
  const ran = join(where.home, 'it ran')
  const code = `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '')`
  const script = join(where.home, 'other.cjs')
  await writeFile(script, code)
  await execa(process.execPath, [script])
  expect(existsSync(ran), 'the script shows when it runs').toBe(true)
  await rm(ran)
  const foreign = join(unpacked, 'resources/app')
  await mkdir(foreign)
  await writeFile(join(foreign, 'package.json'), '{"main": "index.js"}')
  await writeFile(join(foreign, 'index.js'), code)
  const help = [...rootFlags, '--cli', '--help']
  const attacks = [
    { args: help },
    { args: [script, ...help] },
    { args: ['-e', code, ...help], env: { ELECTRON_RUN_AS_NODE: '1' } },
    { args: help, env: { NODE_OPTIONS: `--require "${script}"` } },
    { args: ['--inspect-brk=127.0.0.1:0', ...help] },
    { args: ['--inspect=127.0.0.1:0', ...help] },
  ]
  for (const { args, env } of attacks) {
    const end = await runInstalled(program, args, { ...where, ...(env ? { env } : {}) })
    expect(end.all).toContain('Usage: chatglm')
    expect(end.all).not.toContain('Debugger listening')
    expect(existsSync(ran), args.join(' ')).toBe(false)
  }
  await rm(foreign, { recursive: true })
})

test('beside the archive lie the addon and what the store of the older Electron needs', async () => {
  const folder = join(unpacked, 'resources/app.asar.unpacked')
  const paths = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(relative(folder, entry.parentPath), entry.name))
  const ofStore = /^(node_modules\/better-sqlite3\/|out\/app\/main\/[\w-]+\.cjs$)/
  expect(names.filter((name) => !ofStore.test(name))).toEqual([])
  expect(names.filter((name) => name.endsWith('.node'))).toHaveLength(1)
})

test('beyond Electron an installer is small, and CUDA is not inside', async () => {
  const { stdout: names } = await execa('find', [unpacked, '-iname', '*cuda*.so*'])
  expect(names).toBe('')
  const packed = await execa('sh', ['-c', 'tar -cf - resources | gzip -1 | wc -c'], {
    cwd: unpacked,
  })
  const sizeBytes = Number(packed.stdout)
  say(`beyond Electron: ${(sizeBytes / mebibyte).toFixed(1)} MiB with gzip -1`)
  expect(sizeBytes).toBeLessThan(120 * mebibyte)
})

test('the engine looks for libraries in its own folder only', async () => {
  for (const name of ['chatglm-engine', 'rpc-server', 'libggml-rpc.so']) {
    const file = join(unpacked, 'resources/engine', name)
    const { stdout } = await execa('readelf', ['-d', file])
    const places = [...stdout.matchAll(/R(?:UN)?PATH\).*\[(.*)\]/g)].map(([, place]) => place)
    expect(places).toEqual(['$ORIGIN'])
  }
})
