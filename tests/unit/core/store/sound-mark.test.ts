import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { hasSoundMark } from '../../../../src-main/core/store/sound-mark.ts'
import { chatId } from '../../../../src-main/shared/ids.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { createChat, newDatabaseFile, openTestStore } from './open-test-store.ts'

/** Overwrites the page that holds a text, and keeps the time of the file, as a failing disk does. */
function breakQuietly(file: string, text: string, modified: { atMs: number }): void {
  const handle = openSync(file, 'r+')
  const page = Math.floor(readFileSync(file).indexOf(text) / 4096) * 4096
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page)
  closeSync(handle)
  utimesSync(file, modified.atMs / 1000, modified.atMs / 1000)
}

/** A closed library in which the message `Reply 100` is broken without any outer sign. */
async function quietlyBroken(): Promise<string> {
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => {
    for (let n = 0; n < 200; n += 1)
      insertChat(db, `chat-${n}`, [`问题 ${n}`, `Reply ${n} ${'回答'.repeat(300)}`])
  })
  const store = await openTestStore(file)
  await store.backUpDaily()
  store.close()
  const whole = JSON.parse(readFileSync(`${file}.sound`, 'utf8')) as { modifiedMs: number }
  breakQuietly(file, 'Reply 100 ', { atMs: whole.modifiedMs })
  return file
}

test('marks a file at its close and takes the mark away while it is open', async () => {
  const store = await openTestStore()
  createChat(store)
  expect(hasSoundMark(store.file)).toBe(false)

  store.close()

  expect(hasSoundMark(store.file)).toBe(true)
  const again = await openTestStore(store.file)
  expect(again.report.recovery).toBeNull()
  expect(hasSoundMark(store.file)).toBe(false)
})

test('does not believe a mark when the file has changed or a log is beside it', async () => {
  const changed = await openTestStore()
  changed.close()
  appendFileSync(changed.file, 'x')
  expect(hasSoundMark(changed.file)).toBe(false)

  const logged = await openTestStore()
  logged.close()
  appendFileSync(`${logged.file}-wal`, '')
  expect(hasSoundMark(logged.file)).toBe(false)
})

test('closes a file beside which no mark can be written', async () => {
  const store = await openTestStore()
  mkdirSync(`${store.file}.sound`)

  store.close()

  expect(hasSoundMark(store.file)).toBe(false)
})

test('repairs at the next start what turns out to be broken while it is read', async () => {
  const file = await quietlyBroken()
  const store = await openTestStore(file)
  expect(store.report.recovery).toBeNull()

  expect(() => {
    for (let n = 0; n < 200; n += 1) store.ask('chat.path', { chatId: chatId(`chat-${n}`) })
  }).toThrow(expect.objectContaining({ code: 'store.damaged' }))
  store.close()

  const repaired = await openTestStore(file)
  expect(repaired.report.recovery).toMatchObject({ chats: 200, messages: 400 })
  expect(repaired.ask('chat.path', { chatId: chatId('chat-100') })).toHaveLength(2)
})

test('repairs at the next start what the check of the daily backup finds', async () => {
  const file = await quietlyBroken()
  const store = await openTestStore(file, Date.UTC(2026, 5, 1))

  await expect(store.backUpDaily()).rejects.toMatchObject({ code: 'store.damaged' })
  store.close()

  expect((await openTestStore(file)).report.recovery).toMatchObject({ chats: 200, messages: 400 })
})
