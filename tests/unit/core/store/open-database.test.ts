import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openToRead, versionOf } from '../../../../src-main/core/store/database-file.ts'
import { latestVersion } from '../../../../src-main/core/store/migrations/all-migrations.ts'
import { Store } from '../../../../src-main/core/store/store.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { createChat, exchange, newDatabaseFile, openTestStore } from './open-test-store.ts'

/** Two hundred chats whose messages fill some hundred pages. */
function buildLibrary(file: string): void {
  buildDatabase(file, 20, (db) => {
    for (let n = 0; n < 200; n += 1)
      insertChat(db, `chat-${n}`, [`问题 ${n}`, `Reply ${n} ${'回答'.repeat(300)}`])
  })
}

function overwrite(file: string, position: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, position)
  closeSync(handle)
}

/** A page that holds rows of messages, found by their text. */
function pageOf(file: string, text: string): number {
  return Math.floor(readFileSync(file).indexOf(text) / 4096) * 4096
}

test.skipIf(process.platform === 'win32')(
  'names a folder of backups that cannot be made, which a migration needs',
  async () => {
    const file = newDatabaseFile()
    buildDatabase(file, 20, () => undefined)
    symlinkSync(join(dirname(file), 'nothing', 'here'), join(dirname(file), 'backups'))

    await expect(Store.open(file)).rejects.toMatchObject({ code: 'store.not_openable' })
  },
)

describe('a damaged file', () => {
  test('gives what can be read to a new one, and is kept', async () => {
    const file = newDatabaseFile()
    buildLibrary(file)
    overwrite(file, pageOf(file, 'Reply 100 '), Buffer.alloc(4096, 0xa5))
    const damaged = readFileSync(file)

    const store = await openTestStore(file)
    const { report } = store

    expect(report.recovery).toMatchObject({ chats: 200, backup: null })
    expect(report.recovery?.messages).toBeGreaterThan(380)
    expect(report.recovery?.messages).toBeLessThan(400)
    expect(report.recovery?.lostRows).toBe(400 - (report.recovery?.messages ?? 0))
    expect(readFileSync(report.recovery?.keptFile ?? '')).toEqual(damaged)
    expect(store.ask('search.find', { text: '回答', limit: 1000 }).length).toBeGreaterThan(190)
    expect(store.ask('chat.path', { chatId: chatId('chat-3') })).toHaveLength(2)
  })

  test('gets what it lost from the newest backup', async () => {
    const file = newDatabaseFile()
    buildLibrary(file)
    const store = await openTestStore(file)
    await store.backUpDaily()
    createChat(store, 'after-the-backup')
    store.close()
    overwrite(file, pageOf(file, 'Reply 100 '), Buffer.alloc(4096, 0xa5))

    const again = await openTestStore(file)
    const { report } = again

    expect(report.recovery).toMatchObject({ chats: 201, messages: 400 })
    expect(report.recovery?.backup?.rows).toBe(report.recovery?.lostRows)
    expect(again.ask('chat.path', { chatId: chatId('chat-100') })).toHaveLength(2)
  })

  test.each([
    ['no database at all', Buffer.from('not a database '.repeat(1000))],
    ['cut in its first page', null],
  ])('that is %s is replaced by the backup', async (_, content) => {
    const file = newDatabaseFile()
    buildLibrary(file)
    const store = await openTestStore(file)
    await store.backUpDaily()
    store.close()
    writeFileSync(file, content ?? readFileSync(file).subarray(0, 2000))

    const { report } = await openTestStore(file)

    expect(report.recovery).toMatchObject({ chats: 200, messages: 400, lostRows: null })
  })

  test('without any backup still lets the app start', async () => {
    const file = newDatabaseFile()
    buildLibrary(file)
    writeFileSync(file, 'nothing of it is left')

    const store = await openTestStore(file)
    const { report } = store

    expect(report.recovery).toMatchObject({ chats: 0, messages: 0, lostRows: null, backup: null })
    expect(readFileSync(report.recovery?.keptFile ?? '', 'utf8')).toBe('nothing of it is left')
    createChat(store, 'new')
  })

  test('is replaced at the next start when the first one was cut off at the end', async () => {
    const file = newDatabaseFile()
    buildLibrary(file)
    renameSync(file, `${file}.recovering`)
    writeFileSync(`${file}-wal`, 'the log of the damaged file')

    const store = await openTestStore(file)

    expect(store.report.recovery).toBeNull()
    expect(store.ask('chat.path', { chatId: chatId('chat-3') })).toHaveLength(2)
    expect(readFileSync(`${file}.damaged-rest-wal`, 'utf8')).toBe('the log of the damaged file')
  })

  test('is recovered once', async () => {
    const file = newDatabaseFile()
    buildLibrary(file)
    overwrite(file, pageOf(file, 'Reply 100 '), Buffer.alloc(4096, 0xa5))
    const store = await openTestStore(file)
    store.close()

    expect((await openTestStore(file)).report.recovery).toBeNull()
  })
})

test('does not change a file from a later version', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, latestVersion, (db) => {
    insertChat(db, 'a', ['Hello', 'Hi'])
    db.exec(`UPDATE messages SET status = 'writing' WHERE id = 'a-2'`)
    db.pragma(`user_version = ${latestVersion + 10}`)
  })
  const before = readFileSync(file)

  const store = await openTestStore(file)

  expect(store.report).toMatchObject({ isReadOnly: true, interruptedReplies: 0, recovery: null })
  expect(store.ask('chat.path', { chatId: chatId('a') })).toHaveLength(2)
  await store.backUpDaily()
  expect(() => createChat(store)).toThrow(expect.objectContaining({ code: 'store.read_only' }))
  store.close()
  expect(readFileSync(file)).toEqual(before)
  expect(versionOf(file)).toBe(latestVersion + 10)
})

test('refuses a file that another store has open', { timeout: 30_000 }, async () => {
  const store = await openTestStore()

  await expect(Store.open(store.file)).rejects.toMatchObject({ code: 'store.in_use' })
})

test('makes one sound backup a day and keeps seven', async () => {
  const file = newDatabaseFile()
  let now = Date.UTC(2026, 0, 1)
  const store = await Store.open(file, () => now)
  for (let day = 0; day < 10; day += 1) {
    createChat(store, String(day))
    await store.backUpDaily()
    await store.backUpDaily()
    now += 86_400_000
  }
  store.close()

  const folder = join(dirname(file), 'backups')
  const names = readdirSync(folder).sort()
  expect(names).toHaveLength(7)
  expect(names.at(-1)).toBe('daily-2026-01-10.db')
  const db = openToRead(join(folder, 'daily-2026-01-10.db'))
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.prepare('SELECT count(*) FROM chats').pluck().get()).toBe(10)
  db.close()
})

test('keeps new backups after the clock was set back, and takes the newest to repair', async () => {
  const file = newDatabaseFile()
  let now = Date.UTC(2031, 0, 1)
  const store = await Store.open(file, () => now)
  for (let day = 0; day < 7; day += 1, now += 86_400_000) await store.backUpDaily()
  now = Date.UTC(2026, 0, 1)
  for (let day = 0; day < 3; day += 1, now += 86_400_000) {
    createChat(store, String(day))
    await store.backUpDaily()
  }
  store.close()

  const names = readdirSync(join(dirname(file), 'backups')).sort()
  expect(names.slice(0, 3)).toEqual([1, 2, 3].map((day) => `daily-2026-01-0${day}.db`))
  expect(names).toHaveLength(7)
  writeFileSync(file, 'nothing of it is left')
  const { recovery } = (await openTestStore(file, now)).report
  expect(recovery).toMatchObject({ chats: 3 })
})

test.each([
  ['a small file', 0],
  ['a large file', 12],
])('leaves no word of a chat that is purged from %s in it', async (_, megabytes) => {
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => {
    const large = JSON.stringify(' '.repeat(megabytes * 1_000_000))
    db.prepare(`INSERT INTO settings VALUES ('large', ?)`).run(large)
  })
  const store = await openTestStore(file)
  const secret = createChat(store, 'secret')
  const kept = createChat(store, 'kept')
  for (let n = 0; n < 20; n += 1) {
    exchange(store, secret, `s${n}`, [
      `密码是凤凰涅槃 zebrafish${n}`,
      '杜鹃啼血 quixotic '.repeat(10),
    ])
    exchange(store, kept, `k${n}`, ['今天天气', 'It is sunny'])
  }
  store.ask('message.append', {
    chatId: secret,
    questionId: messageId('open'),
    replyId: messageId('writing'),
    text: 'zebrafish',
    model: null,
  })
  store.ask('reply.checkpoint', { replyId: messageId('writing'), text: '凤凰涅槃 quixotic' })
  store.ask('chat.write_draft', { chatId: secret, text: '杜鹃啼血 quixotic' })
  const contents = () =>
    readdirSync(dirname(store.file))
      .filter((name) => name.startsWith('chats.db'))
      .map((name) => readFileSync(join(dirname(store.file), name)))
  const words = ['凤凰', '涅槃', '杜鹃', '啼血', 'zebrafish', 'quixotic', 'Title of secret']
  const present = () => {
    const files = contents()
    return words.filter((word) => files.some((bytes) => bytes.includes(word)))
  }
  expect(present()).toEqual(words)

  store.ask('chat.purge', { chatIds: [secret] })

  expect(present()).toEqual([])
  expect(store.ask('search.find', { text: 'sunny', limit: 99 })).toHaveLength(20)
})
