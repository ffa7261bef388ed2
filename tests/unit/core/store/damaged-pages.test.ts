import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { backUp } from '../../../../src-main/core/store/backups.ts'
import { openToRead, openToWrite } from '../../../../src-main/core/store/database-file.ts'
import { latestVersion } from '../../../../src-main/core/store/migrations/all-migrations.ts'
import { chatId } from '../../../../src-main/shared/ids.ts'
import { faultRounds, randomBelow, tellFaults } from '../../../fakes/fault-rounds.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { newDatabaseFile, openTestStore } from './open-test-store.ts'

const pageBytes = 4096
const chats = 60
const reply = (n: number) => `Reply ${n} ${`回答 ${n} `.repeat(n % 7 === 0 ? 900 : 60)}`

let whole: Buffer
/** The pages of the search index, and all others. */
const pages = { index: [] as number[], rest: [] as number[] }

beforeAll(() => {
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => {
    for (let n = 0; n < chats; n += 1) insertChat(db, `chat-${n}`, [`问题 ${n}`, reply(n)])
  })
  buildDatabase(file, latestVersion, () => undefined) // indexes what is there
  whole = readFileSync(file)
  const db = openToRead(file)
  for (const { pageno, name } of db
    .prepare<[], { pageno: number; name: string }>('SELECT pageno, name FROM dbstat')
    .all())
    pages[name.startsWith('message_search') ? 'index' : 'rest'].push(pageno)
  db.close()
})

/** Opens a copy in which one page is noise; tells how many chats are whole, and of the repair. */
async function openDamaged(page: number, hasBackup: boolean) {
  const file = newDatabaseFile()
  buildDatabase(file, 0, () => undefined)
  writeFileSync(file, whole)
  if (hasBackup) {
    const db = openToWrite(file)
    await backUp(db, 'daily', Date.UTC(2025, 0, 1))
    db.close()
  }
  const bytes = Buffer.from(whole)
  for (let at = (page - 1) * pageBytes; at < page * pageBytes; at += 1) bytes[at] = randomBelow(256)
  writeFileSync(file, bytes)
  const store = await openTestStore(file)
  let kept = 0
  for (let n = 0; n < chats; n += 1) {
    let texts: string[]
    try {
      texts = store.ask('chat.path', { chatId: chatId(`chat-${n}`) }).map(({ text }) => text)
    } catch {
      continue // it is gone
    }
    for (const text of texts) expect([`问题 ${n}`, reply(n)]).toContain(text)
    if (texts.length === 2) kept += 1
  }
  const found = store.ask('search.find', { text: '回答', limit: 1000 }).length
  return { kept, found, recovery: store.report.recovery }
}

const anyOf = (list: number[]): number => list[randomBelow(list.length)] ?? 1

test('noise in any page is noticed, told, and filled from the backup', async () => {
  const rounds = faultRounds(4)
  for (let round = 0; round < rounds; round += 1) {
    const { kept, found, recovery } = await openDamaged(anyOf(pages.rest), true)
    expect(recovery).not.toBeNull()
    expect([kept, found]).toEqual([chats, chats])
  }
  tellFaults(`noise in a page, with a backup: ${rounds} times, nothing lost`)
})

test('noise in any page costs what stood in it, and no other words come up', async () => {
  const rounds = faultRounds(4)
  let kept = 0
  for (let round = 0; round < rounds; round += 1) {
    const opened = await openDamaged(anyOf(pages.rest), false)
    expect(opened.recovery).not.toBeNull()
    if (opened.kept < chats) expect(opened.recovery?.lostRows).not.toBe(0)
    kept += opened.kept
  }
  tellFaults(
    `noise in a page, without a backup: ${rounds} times, ${kept} of ${rounds * chats} chats kept whole`,
  )
})

test('noise in the search index costs nothing: it is made anew', async () => {
  const rounds = faultRounds(4)
  for (let round = 0; round < rounds; round += 1) {
    const { kept, found } = await openDamaged(anyOf(pages.index), false)
    expect([kept, found]).toEqual([chats, chats])
  }
  tellFaults(`noise in a page of the search index: ${rounds} times, nothing lost`)
})
