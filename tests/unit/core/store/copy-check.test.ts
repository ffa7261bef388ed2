import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkInThread } from '../../../../src-main/core/store/copy-check.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { newDatabaseFile } from './open-test-store.ts'

const isWhole = checkInThread(
  new URL('../../../../src-main/core/store/store-worker.ts', import.meta.url),
)

/** A closed library of 300 long messages. */
function library(): string {
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => {
    for (let n = 0; n < 300; n += 1) insertChat(db, `chat-${n}`, ['问题', `Reply ${n}`])
  })
  return file
}

test('finds a copy whole, and the thread that asks goes on meanwhile', async () => {
  let turns = 0
  const turning = setInterval(() => (turns += 1))

  await expect(isWhole(library())).resolves.toBe(true)

  clearInterval(turning)
  expect(turns).toBeGreaterThan(0)
})

test.each([
  ['with a page of noise', (bytes: Buffer) => bytes.fill(0xa5, 8192, 12_288)],
  ['that is no database', () => Buffer.from('not a database '.repeat(1000))],
])('finds a copy %s damaged', async (_, damage) => {
  const file = library()
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  writeFileSync(copy, damage(readFileSync(copy)))

  await expect(isWhole(copy)).resolves.toBe(false)
})

test('says when there is nothing to check', async () => {
  await expect(isWhole(`${newDatabaseFile()}/none`)).rejects.toThrow(/unable to open|directory/)
})
