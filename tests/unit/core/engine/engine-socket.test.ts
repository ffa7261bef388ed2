import { mkdirSync, mkdtempSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openEngineSocket } from '../../../../src-main/core/engine/engine-socket.ts'

afterEach(() => vi.unstubAllEnvs())

describe.skipIf(process.platform === 'win32')('on a Unix system', () => {
  test('listens in a folder that only its owner enters, and removes it', async () => {
    const socket = await openEngineSocket()
    const folder = dirname(socket.address)

    expect(statSync(folder).mode & 0o777).toBe(0o700)
    await socket.close()
    expect(() => statSync(folder)).toThrow('ENOENT')
  })

  test('keeps the address short where the temporary folder has a long name', async () => {
    const long = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'x'.repeat(100))
    mkdirSync(long)
    vi.stubEnv('TMPDIR', long)

    const socket = await openEngineSocket()

    expect(Buffer.byteLength(socket.address)).toBeLessThan(104)
    await socket.close()
  })
})

test('accepts one connection', async () => {
  const socket = await openEngineSocket()
  const accepting = socket.accept(AbortSignal.timeout(5000))
  const first = connect(socket.address)
  const accepted = await accepting

  const second = connect(socket.address)
  await new Promise((resolve) => second.on('close', resolve).on('error', () => undefined))

  expect(accepted.destroyed).toBe(false)
  first.destroy()
  await socket.close()
})
