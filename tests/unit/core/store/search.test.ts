import { expect, test } from 'vitest'
import type { SearchHit } from '../../../../src-main/shared/chat.ts'
import { indexedTerms } from '../../../../src-main/core/store/search-terms.ts'
import { buildDatabase, insertChat } from './build-database.ts'
import { createChat, exchange, newDatabaseFile, openTestStore } from './open-test-store.ts'

const ids = (hits: SearchHit[]) => hits.map(({ messageId }) => messageId)
const marked = ({ excerpt, highlights }: SearchHit) =>
  highlights.map(({ start, end }) => excerpt.slice(start, end))

async function storeWith(...texts: string[]) {
  const store = await openTestStore()
  const chat = createChat(store)
  texts.forEach((text, index) => exchange(store, chat, String(index), [text, '…']))
  return store
}

test.each([
  ['天气', '今天天气很好', ['天气']],
  ['天', '今天天气很好', ['天天']],
  ['好', '今天天气很好', ['好']],
  ['今天天气很', '今天天气很好', ['今天天气很']],
  ['hello', 'Say HELLO, World', ['HELLO']],
  ['wor', 'Hello World', ['World']],
  ['hello world', 'Hello, dear world', ['Hello', 'world']],
  ['使用Python写', '我会使用Python写代码', ['使用Python写']],
  ['用python', '我会使用Python', ['用Python']],
  ['天气 good', '天气 is good', ['天气', 'good']],
  ["don't", "I don't know", ["don't"]],
  ['ＧＰＴ４', 'gpt4 model', ['gpt4']],
  ['𬭎', '𬭎是金属', ['𬭎']],
  ['東京', '東京タワー', ['東京']],
  ['タワー', '東京タワー', ['タワー']],
  ['3.5', 'version 3.5 of', ['3.5']],
  ['😀好', '今天好😀', ['好']],
])('finds %s in “%s”', async (query, text, highlights) => {
  const store = await storeWith('Something else', text)

  const hits = store.ask('search.find', { text: query, limit: 9 })

  expect(hits.map(marked)).toEqual([highlights])
})

test.each([
  ['天天气气', '今天天气很好'],
  ['天好', '今天，好'],
  ['orld', 'Hello World'],
  ['hel world', 'Hello World'],
  ['气天', '今天天气很好'],
  ['。，!', '今天。，! '],
  ['" OR *', 'Something'],
])('does not find %s in “%s”', async (query, text) => {
  const store = await storeWith(text)

  expect(store.ask('search.find', { text: query, limit: 9 })).toEqual([])
})

test('gives the newest first, page after page, without the trash', async () => {
  const store = await storeWith('苹果 1', '苹果 2', '苹果 3')
  const trash = createChat(store, 'trash')
  exchange(store, trash, 't', ['苹果 4', '…'])
  store.ask('chat.trash', { chatIds: [trash] })

  const first = store.ask('search.find', { text: '苹果', limit: 2 })
  const before = first.at(-1)?.position ?? 0
  const second = store.ask('search.find', { text: '苹果', limit: 2, before })

  expect(ids(first)).toEqual(['q2', 'q1'])
  expect(ids(second)).toEqual(['q0'])
})

test('shows the part of a long text where the word is', async () => {
  const text = '甲'.repeat(500) + '😀'.repeat(50) + '目标' + '乙'.repeat(500)
  const store = await storeWith(text)

  const [hit] = store.ask('search.find', { text: '目标', limit: 1 })

  expect(hit && marked(hit)).toEqual(['目标'])
  expect(hit && text.slice(hit.excerptOffset).startsWith(hit.excerpt)).toBe(true)
  expect(hit?.excerpt.isWellFormed()).toBe(true)
  expect(hit?.excerpt.length).toBeLessThanOrEqual(201)
})

/** Numbers that look random and are the same in each run. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
}

test('finds in 5,000 messages exactly those that hold the word', async () => {
  const random = randomNumbers(7)
  const characters = Array.from('的一是在不了有和人这中大为上个国我以要他时来用们')
  const words = ['model', 'Chat', 'water', 'over', 'overt', 'sea', 'search']
  const sentence = () =>
    Array.from({ length: 3 + random(6) }, () =>
      random(2) === 0
        ? ` ${words[random(words.length)] ?? ''} `
        : Array.from({ length: 1 + random(8) }, () => characters[random(characters.length)]).join(
            '',
          ),
    ).join(random(3) === 0 ? '，' : '')
  const texts = Array.from({ length: 5000 }, sentence)
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => insertChat(db, 'chat', texts))
  const store = await openTestStore(file)
  const foundBy = (text: string) => ids(store.ask('search.find', { text, limit: 5000 })).reverse()
  const holding = (isHit: (text: string) => boolean) =>
    texts.flatMap((text, index) => (isHit(text) ? [`chat-${index + 1}`] : []))

  for (let round = 0; round < 40; round += 1) {
    const source = texts[random(5000)] ?? ''
    const [run = ''] = /[的-龥一-龥]+/u.exec(source) ?? []
    const query = run.slice(0, 1 + random(4))
    if (query !== '') expect(foundBy(query)).toEqual(holding((text) => text.includes(query)))
  }
  for (const word of words)
    expect(foundBy(word)).toEqual(holding((text) => new RegExp(`\\b${word}`, 'i').test(text)))
})

test('finds the same page by page as at once, whether the words are frequent or rare', async () => {
  const random = randomNumbers(11)
  const texts = Array.from({ length: 4000 }, (_, index) => {
    const words = ['water', 'waters', 'Overt', 'over']
    const rare = index % 700 === 0 ? 'wander ' : ''
    const written = Array.from({ length: 1 + random(5) }, () => words[random(words.length)])
    return `${rare}${written.join(' ')} ${random(900)}`
  })
  const file = newDatabaseFile()
  buildDatabase(file, 20, (db) => insertChat(db, 'chat', texts))
  const store = await openTestStore(file)

  function pagesOf(text: string): string[] {
    const hits: SearchHit[] = []
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      const page = store.ask('search.find', { text, limit: 17, before })
      hits.push(...page)
      if (page.length < 17) return ids(hits).reverse()
      before = page.at(-1)?.position ?? 0
    }
  }
  const holding = (...parts: RegExp[]) =>
    texts.flatMap((text, index) =>
      parts.every((part) => part.test(text)) ? [`chat-${index + 1}`] : [],
    )

  expect(pagesOf('water over')).toEqual(holding(/\bwater\b/, /\bover/i))
  expect(pagesOf('over wat')).toEqual(holding(/\bover\b/, /\bwat/))
  expect(pagesOf('wan')).toEqual(holding(/\bwan/))
  expect(pagesOf('water wande')).toEqual(holding(/\bwater\b/, /\bwande/))
  expect(pagesOf('over 77')).toEqual(holding(/\bover\b/, /\b77/))
  expect(pagesOf('watery')).toEqual([])
})

test('begins a term at each character, so that a prefix finds a single one', () => {
  expect(indexedTerms('今天好 Ok')).toBe('今天 天好 好 ok')
})

test('finds a title wherever it stands among many, the latest first', async () => {
  const file = newDatabaseFile()
  const names = Array.from({ length: 500 }, (_, n) =>
    n % 250 === 7 ? `${n} ＷＯＲＤ end` : `${n}`,
  )
  buildDatabase(file, 10, (db) => {
    const insert = db.prepare(
      'INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, 1, ?)',
    )
    names.forEach((name, n) => insert.run(`chat-${n}`, name, n))
  })
  const store = await openTestStore(file)
  const found = (text: string) =>
    store.ask('search.find_titles', { text, limit: 9 }).map(({ chat }) => chat.title)
  expect(found('wor')).toEqual([names[257], names[7]])
  expect(found('end')).toHaveLength(2)
  expect(found('499')).toEqual(['499'])
})
