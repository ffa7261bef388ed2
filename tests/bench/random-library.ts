import type { Database } from 'better-sqlite3'
import { chatId } from '../../src-main/shared/ids.ts'

const chatCount = 10_000
const messagesInChat = 10
const messagesInLongChat = 2000

/** The chat with many messages; the others are `chat-0`, `chat-1`, … */
export const longChat = chatId('long')

/** What people type, from the rarest to what stands almost everywhere. */
export const queries = [
  { what: 'one character, frequent', text: '一' },
  { what: 'one character, rare', text: '龘' },
  { what: 'two characters, frequent', text: '一丁' },
  { what: 'two characters, rare', text: '龘靐' },
  { what: 'four characters', text: '一丁丂七' },
  { what: 'a word, frequent', text: 'word0' },
  { what: 'a word, rare', text: 'raresaurus' },
  { what: 'a letter', text: 'w' },
  { what: 'two words', text: 'word0 word1' },
  { what: 'Chinese and English', text: '一 word0' },
  { what: 'nothing to be found', text: '不存在的词' },
] as const

/** The same numbers at each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

const next = numbers(1)

/** Small numbers come more often than large ones, as words do in a language. */
const skewed = (below: number): number => Math.floor(below * (next(1_000_000) / 1_000_000) ** 3)

const character = (): string => String.fromCodePoint(0x4e00 + skewed(3500))

function sentence(): string {
  const run = () => Array.from({ length: 2 + next(6) }, character).join('')
  const parts = Array.from({ length: 5 + next(30) }, () =>
    next(4) === 0 ? ` word${skewed(3000)} ` : run(),
  )
  return `${parts.join(next(2) === 0 ? '，' : '')}。`
}

/** Fills a database of version 20 with chats as a busy person has them after some years. */
export function fillLibrary(db: Database): void {
  const insertChat = db.prepare(
    'INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, 1, ?)',
  )
  const insertMessage = db.prepare(
    `INSERT INTO messages (id, chat_id, parent_id, role, text, status, created_at)
     VALUES (?, ?, ?, ?, ?, 'done', ?)`,
  )
  const show = db.prepare('UPDATE chats SET active_leaf_id = ? WHERE id = ?')

  function add(id: string, updatedAtMs: number, count: number): void {
    insertChat.run(id, sentence().slice(0, 20), updatedAtMs)
    let parentId: string | null = null
    for (let n = 0; n < count; n += 1) {
      const messageId = crypto.randomUUID() // random, since the order of ids must not help
      const role = n % 2 === 0 ? 'user' : 'assistant'
      insertMessage.run(messageId, id, parentId, role, sentence(), n)
      parentId = messageId
    }
    show.run(parentId, id)
  }

  for (let n = 0; n < chatCount; n += 1) {
    add(`chat-${n}`, n, messagesInChat)
    if (n === chatCount / 2) add(longChat, n, messagesInLongChat)
  }
  db.prepare(`UPDATE messages SET text = text || 'raresaurus 龘靐' WHERE sequence = 500`).run()
}
