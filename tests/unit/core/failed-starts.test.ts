import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FailedStarts } from '../../../src-main/core/failed-starts.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'chatglm-'))))
afterEach(() => rm(folder, { recursive: true }))

/** A start that ends before the app can be used. */
function fail(): void {
  new FailedStarts(folder).begin()
}

test('three starts that fail one after another make the next one careful', () => {
  const wereCareful = [1, 2, 3].map(() => {
    const { isSafeMode } = new FailedStarts(folder)
    fail()
    return isSafeMode
  })
  expect(wereCareful).toEqual([false, false, false])
  expect(new FailedStarts(folder).isSafeMode).toBe(true)
})

test('a start that succeeds forgets those before it', () => {
  for (let start = 0; start < 3; start += 1) fail()
  const careful = new FailedStarts(folder)
  careful.begin()
  careful.succeed()
  expect(new FailedStarts(folder).isSafeMode).toBe(false)
})

test('a damaged count counts for nothing', async () => {
  await writeFile(join(folder, 'failed-starts'), 'x'.repeat(100))
  expect(new FailedStarts(folder).count).toBe(0)
})

test('where nothing can be written the app starts all the same', async () => {
  await writeFile(join(folder, 'file'), '')
  const starts = new FailedStarts(join(folder, 'file/data'))
  starts.begin()
  starts.succeed()
  expect(starts.isSafeMode).toBe(false)
})
