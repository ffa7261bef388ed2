import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  openToRead,
  openToWrite,
  versionOf,
} from '../../../../src-main/core/store/database-file.ts'
import { migrate } from '../../../../src-main/core/store/migrate.ts'
import {
  allMigrations,
  latestVersion,
} from '../../../../src-main/core/store/migrations/all-migrations.ts'
import { adapterId, chatId, messageId, modelId } from '../../../../src-main/shared/ids.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { newDatabaseFile, openTestStore } from './open-test-store.ts'

test('10 makes an empty database one of chats', () => {
  const file = newDatabaseFile()
  buildDatabase(file, 10, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

  expect(versionOf(file)).toBe(10)
})

test('20 adds settings and drafts and keeps the chats', () => {
  const file = newDatabaseFile()
  buildDatabase(file, 10, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

  buildDatabase(file, 20, (db) => {
    db.exec(`INSERT INTO drafts VALUES ('a', 'More'); INSERT INTO settings VALUES ('x', '1')`)
    expect(db.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 2 })
  })

  expect(versionOf(file)).toBe(20)
})

test('30 indexes the messages that are there, but for unfinished ones', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => {
    insertChat(db, 'a', ['今天天气', 'Sunny', '明天'])
    db.exec(`UPDATE messages SET status = 'writing' WHERE id = 'a-2'`)
  })

  buildDatabase(file, 30, (db) => {
    const rows = db.prepare(`SELECT rowid FROM message_search ('"天气" OR sunny')`).all()
    expect(rows).toEqual([{ rowid: 1 }])
  })

  const store = await openTestStore(file)
  expect(store.ask('chat.path', { chatId: chatId('a') })).toHaveLength(3)
  expect(store.ask('search.find', { text: 'sunny', limit: 1 })).toHaveLength(1)
})

test('40 keeps chats and messages, which have no tags, failures or sampling yet', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, 30, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

  const store = await openTestStore(file)

  const [question] = store.ask('chat.path', { chatId: chatId('a') })
  expect(question).toMatchObject({ text: 'Hello', failure: null, sampling: null })
  expect(store.ask('chat.read', { chatId: chatId('a') }).tags).toEqual([])
  expect(store.ask('model.list', {})).toEqual([])
})

test('50 keeps the models and lets downloaded ones in', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, 40, (db) => {
    db.exec(`INSERT INTO models VALUES ('m', 'Mine', '/m.gguf', 'file', 7, NULL, NULL, 9)`)
  })

  const store = await openTestStore(file)

  const mine = { id: modelId('m'), name: 'Mine', path: '/m.gguf', kind: 'file' as const }
  const kept = { ...mine, catalogueId: null, addedAtMs: 7, crashedAtMs: 9 }
  expect(store.ask('model.list', {})).toMatchObject([kept])
  const fetched = { ...kept, id: modelId('d'), path: '/d.gguf', convertedFile: null }
  store.ask('model.put', {
    ...{ ...fetched, description: null },
    ...{ kind: 'catalogue', catalogueId: 'chatglm2-6b' },
  })
  expect(store.ask('model.list', {})).toHaveLength(2)
  expect(store.ask('download.list', {})).toEqual([])
})

test('60 keeps questions, without documents, and lets documents in', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, 50, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

  const store = await openTestStore(file)

  expect(store.ask('chat.path', { chatId: chatId('a') })[0]).not.toHaveProperty('documents')
  const file60 = { name: 'a.txt', kind: 'text', sizeBytes: 1, pageCount: null } as const
  const documents = [{ ...file60, cut: null, pages: [], text: 'A' }]
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  store.ask('message.append', { chatId: chatId('a'), ...ids, text: 'Why?', model: null, documents })
  expect(store.ask('message.read', { messageId: messageId('q') })).toMatchObject({ documents })
})

test('70 keeps chats and replies, written with no adapter, and lets adapters in', async () => {
  const file = newDatabaseFile()
  buildDatabase(file, 60, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

  const store = await openTestStore(file)

  expect(store.ask('chat.path', { chatId: chatId('a') })[1]).not.toHaveProperty('adapter')
  expect(store.ask('adapter.list', {})).toEqual([])
  const description = { type: 'lora', rank: 8 } as const
  const mine = { id: adapterId('x'), name: 'Mine', sizeBytes: 5, addedAtMs: 7, description }
  store.ask('adapter.put', mine)
  expect(store.ask('adapter.list', {})).toEqual([mine])
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  const adapter = { adapterId: adapterId('x'), name: 'Mine', scale: 0.5 }
  store.ask('message.append', { chatId: chatId('a'), ...ids, text: 'Why?', model: null, adapter })
  expect(store.ask('message.read', { messageId: messageId('r') })).toMatchObject({ adapter })
  expect(store.ask('message.read', { messageId: messageId('q') })).not.toHaveProperty('adapter')
})

test.each(allMigrations.slice(0, -1).map(({ version }) => version))(
  'opens a database of version %i, after a backup of it',
  async (version) => {
    const file = newDatabaseFile()
    buildDatabase(file, version, (db) => insertChat(db, 'a', ['Hello', 'Hi']))

    const store = await openTestStore(file)

    expect(store.ask('chat.path', { chatId: chatId('a') })).toHaveLength(2)
    const backup = join(dirname(file), 'backups/before-migration-2026-01-01.db')
    expect(versionOf(backup)).toBe(version)
    const db = openToRead(backup)
    expect(db.prepare('SELECT text FROM messages').pluck().all()).toEqual(['Hello', 'Hi'])
    db.close()
    store.close()
    expect(versionOf(file)).toBe(latestVersion)
  },
)

test('needs no backup for a new database', async () => {
  const store = await openTestStore()

  expect(existsSync(join(dirname(store.file), 'backups'))).toBe(false)
})

test('does a migration in whole or not at all', () => {
  const file = newDatabaseFile()
  buildDatabase(file, 30, (db) => insertChat(db, 'a', ['Hello']))
  const db = openToWrite(file)
  const failing = {
    version: 40,
    up: () => {
      db.exec('DROP TABLE drafts')
      throw new Error('The disk is gone.')
    },
  }

  expect(() => migrate(db, [failing])).toThrow('The disk is gone.')

  expect(db.prepare('SELECT count(*) AS n FROM drafts').get()).toEqual({ n: 0 })
  db.close()
  expect(versionOf(file)).toBe(30)
})

test('orders the migrations by their numbers', () => {
  const versions = allMigrations.map(({ version }) => version)

  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
})
