import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  bigContent,
  customPath,
  described,
  fetchFiles,
  mebibyte,
  startServer,
  temporaryFolder,
  testModel,
} from '../../../fakes/test-download.ts'

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' })

/** A disk that is full soon; null where we may not have one. */
function smallDisk(): string | null {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  try {
    mount('-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder)
  } catch {
    return null
  }
  onTestFinished(() => void execFileSync('umount', [folder]))
  return folder
}

test('waits when the disk is full in mid-way, and goes on when there is room', async (context) => {
  const folder = smallDisk()
  if (folder === null) return context.skip('mounting a small disk needs root')
  const name = 'pytorch_model.bin'
  const server = await startServer({
    files: { [customPath(name)]: bigContent },
    bytesPerSecond: 40 * mebibyte,
  })
  let waits = 0
  const { files } = await fetchFiles({
    model: testModel([described(name, bigContent)]),
    folder,
    sources: [{ kind: 'custom', base: server.base }],
    freeBytes: async () => Number.POSITIVE_INFINITY, // as where a quota holds
    onProgress: ({ step }) => {
      if (step.type !== 'waiting' || step.failure.code !== 'download.disk_full') return
      waits += 1
      if (waits === 3) mount('-o', 'remount,size=64m', folder)
    },
  })

  expect(files).toEqual([described(name, bigContent)])
  expect(waits).toBeGreaterThanOrEqual(3)
  // Each time that it was full is a fault of its own.
  expect(server.servedBytes).toBeLessThanOrEqual(bigContent.length + waits * 8 * mebibyte)
})
