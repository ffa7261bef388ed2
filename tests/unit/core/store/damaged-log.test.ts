import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLogDamaged, readLog } from '../../../../src-main/core/store/log-frames.ts'
import { Store } from '../../../../src-main/core/store/store.ts'
import { chatId } from '../../../../src-main/shared/ids.ts'
import { faultRounds, randomBelow, tellFaults } from '../../../fakes/fault-rounds.ts'
import { createChat, exchange, newDatabaseFile, openTestStore } from './open-test-store.ts'

const chats = { inFile: 5, all: 40 }
const frameBytes = 4096 + 24
const reply = (n: number) => `Reply ${n} ${`一字一句 ${n} `.repeat(n % 5 === 0 ? 800 : 20)}`

/** Chats that are acknowledged one by one. */
function say(store: Store, from: number, to: number): void {
  for (let n = from; n < to; n += 1)
    exchange(store, createChat(store, `chat-${n}`), String(n), [`问题 ${n}`, reply(n)])
}

/** What a power cut leaves: the file as it was at the start, and a log with all that was said since. */
let left: { database: Buffer; log: Buffer }
const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))

beforeAll(async () => {
  const file = join(folder, 'chats.db')
  const first = await Store.open(file)
  say(first, 0, chats.inFile)
  first.close()
  const store = await Store.open(file)
  say(store, chats.inFile, chats.all)
  left = { database: readFileSync(file), log: readFileSync(`${file}-wal`) }
  store.close()
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Puts the two down again, the log with what `damage` does to it. */
function cutOff(damage: (log: Buffer) => Buffer | undefined): string {
  const file = newDatabaseFile()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, left.database)
  const log = Buffer.from(left.log)
  writeFileSync(`${file}-wal`, damage(log) ?? log)
  return file
}

/** How many chats have all their words. Throws when any has words that were never said. */
function countWhole(store: Store): number {
  let whole = 0
  for (let n = 0; n < chats.all; n += 1) {
    let texts: string[]
    try {
      texts = store.ask('chat.path', { chatId: chatId(`chat-${n}`) }).map(({ text }) => text)
    } catch {
      continue // it is gone
    }
    if (texts.join('\n') === `问题 ${n}\n${reply(n)}`) whole += 1
    else expect([`问题 ${n}`, `问题 ${n}\n`, reply(n), '']).toContain(texts.join('\n'))
  }
  return whole
}

test('a log that is whole keeps everything, and nothing is taken for damage', async () => {
  const file = cutOff(() => undefined)
  expect(readLog(`${file}-wal`, 4096)?.frames.length).toBeGreaterThan(chats.all * 3)

  const store = await openTestStore(file)

  expect(store.report.recovery).toBeNull()
  expect(countWhole(store)).toBe(chats.all)
})

test('a log that is cut off, or overwrites an older one, is not taken for damaged', () => {
  const isDamaged = (bytes: Buffer) => {
    const file = cutOff(() => bytes)
    const log = readLog(`${file}-wal`, 4096)
    return log !== null && isLogDamaged(log)
  }
  for (let round = 0; round < 40; round += 1)
    expect(isDamaged(left.log.subarray(0, randomBelow(left.log.length)))).toBe(false)
  // SQLite begins the log anew in the same file, and a kill comes between head and page of a frame.
  const older = Buffer.from(left.log)
  older.fill(0x11, 32 + 50 * frameBytes + 24, 32 + 50 * frameBytes + 4120)
  for (let frame = 51; (frame + 1) * frameBytes <= older.length; frame += 1)
    older.writeUInt32BE(7, 32 + frame * frameBytes + 8)
  expect(isDamaged(older)).toBe(false)
})

test('what is left of a transaction that failed is not taken for damage', () => {
  const file = cutOff(() => undefined)
  const frames = readLog(`${file}-wal`, 4096)?.frames ?? []
  const ends = frames.flatMap(({ committedPages }, index) => (committedPages > 0 ? [index] : []))
  const long = ends.findIndex((end, index) => index > 1 && end - (ends[index - 1] ?? end) > 3)
  const startOf = (frame = 0) => 32 + frame * frameBytes
  const [before = 0, first = 0, last = 0] = ends.slice(long - 2, long + 1)
  // The frames of a long one, where another one was written before them; without its end, and with it.
  const spliced = (end: number) =>
    Buffer.concat([
      left.log.subarray(0, startOf(before + 1)),
      left.log.subarray(startOf(first + 1), startOf(end)),
    ])
  const isDamaged = (bytes: Buffer) => {
    writeFileSync(`${file}-wal`, bytes)
    const log = readLog(`${file}-wal`, 4096)
    return log !== null && isLogDamaged(log)
  }
  expect(isDamaged(spliced(last))).toBe(false)
  expect(isDamaged(spliced(last + 1))).toBe(true)
})

describe('a damaged log', () => {
  test('is kept, and what follows the damage is there all the same', async () => {
    const middle = 32 + 60 * frameBytes
    const file = cutOff((log) => log.fill(0xa5, middle + 100, middle + 200))
    const damaged = readFileSync(`${file}-wal`)

    const store = await openTestStore(file)
    const { recovery } = store.report

    expect(readFileSync(`${recovery?.keptFile}-wal`)).toEqual(damaged)
    expect(readFileSync(recovery?.keptFile ?? '')).toEqual(left.database)
    expect(countWhole(store)).toBeGreaterThanOrEqual(chats.all - 1)
    store.close()
    expect((await openTestStore(file)).report.recovery).toBeNull()
  })

  test('without a head is read all the same', async () => {
    const store = await openTestStore(cutOff((log) => log.fill(0, 0, 32)))

    expect(store.report.recovery).not.toBeNull()
    expect(countWhole(store)).toBeGreaterThanOrEqual(chats.all - 1)
  })

  test('that was moved into the file already costs nothing', async () => {
    const file = cutOff(() => undefined)
    const whole = await openTestStore(file)
    whole.close()
    const log = Buffer.from(left.log)
    log.fill(0xa5, 32 + 3 * frameBytes, 32 + 4 * frameBytes)
    writeFileSync(`${file}-wal`, log)

    const store = await openTestStore(file)

    expect(store.report.recovery).toMatchObject({ lostRows: 0, chats: chats.all })
    expect(countWhole(store)).toBe(chats.all)
  })

  test('at random places never gives wrong words, and tells of each loss', async () => {
    const kinds = {
      'one byte': (log: Buffer, at: number) =>
        void (log[at] = (log[at] ?? 0) ^ (1 + randomBelow(255))),
      'a sector': (log: Buffer, at: number) =>
        void log.fill(0, at - (at % 512), at - (at % 512) + 512),
      'a block': (log: Buffer, at: number) =>
        void log.fill(0xa5, at - (at % 4096), at - (at % 4096) + 4096),
      'three blocks': (log: Buffer) => {
        for (let n = 0; n < 3; n += 1) log.fill(0xa5, ...blockOf(randomBelow(log.length)))
      },
    }
    for (const [kind, damage] of Object.entries(kinds)) {
      const rounds = faultRounds(3)
      let kept = 0
      let silent = 0
      for (let round = 0; round < rounds; round += 1) {
        const file = cutOff((log) => {
          damage(log, randomBelow(log.length))
          return undefined
        })
        const store = await openTestStore(file)
        const whole = countWhole(store)
        kept += whole
        if (whole < chats.all && store.report.recovery === null) silent += chats.all - whole
        else if (whole < chats.all) expect(store.report.recovery?.lostRows).not.toBe(0)
        store.close()
      }
      tellFaults(
        `log damaged by ${kind}: ${rounds} times, ${kept} of ${rounds * chats.all} chats kept, ${silent} lost without a word`,
      )
      // The last transaction is the one whose damage looks like an end in the midst of it.
      expect(silent).toBeLessThanOrEqual(rounds)
    }
  })
})

const blockOf = (at: number): [number, number] => [at - (at % 4096), at - (at % 4096) + 4096]
