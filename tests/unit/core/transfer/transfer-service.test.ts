import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { StoreClient } from '../../../../src-main/core/store/store-client.ts'
import { startStoreThread } from '../../../../src-main/core/store/store-host.ts'
import type { WholeChat, WholeMessage } from '../../../../src-main/core/store/whole-chat.ts'
import { TransferService } from '../../../../src-main/core/transfer/transfer-service.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { newDatabaseFile } from '../store/open-test-store.ts'

const entry = new URL('../../../../src-main/core/store/store-worker.ts', import.meta.url)
const open: StoreClient[] = []

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
})

async function newTransfer() {
  const { store } = await StoreClient.open(startStoreThread(entry), newDatabaseFile())
  open.push(store)
  return { store, transfer: new TransferService(store, '1.2.3') }
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 })
const statistics = fc.record({
  promptTokens: fc.nat(),
  reusedTokens: fc.nat(),
  restoredTokens: fc.nat(),
  restoreMs: fc.nat(),
  generatedTokens: fc.nat(),
  draftedTokens: fc.nat(),
  acceptedTokens: fc.nat(),
  timeToFirstTokenMs: fc.nat(),
  promptTokensPerSecond: fc.nat(),
  tokensPerSecond: fc.nat(),
  seed: fc.nat(),
})
const ending = fc.record({
  status: fc.constantFrom<WholeMessage['status'][]>('done', 'length', 'cancelled', 'failed'),
  text,
  model: fc.option(text),
  seed: fc.option(fc.nat()),
  statistics: fc.option(statistics),
  failure: fc.option(fc.record({ code: text, message: text })),
  sampling: fc.option(fc.record({ temperature: fc.constantFrom(0, 0.8) }, { requiredKeys: [] })),
})

/** A tree: each node hangs below an earlier one of the other side, or stands at the root. */
const tree = fc.array(fc.tuple(fc.nat(), ending), { maxLength: 12 }).map((nodes) => {
  const messages: WholeMessage[] = []
  for (const [place, node] of nodes) {
    const asked = messages.filter(({ role }) => role === 'assistant')
    const parent = asked[place % (asked.length + 1)] ?? null
    const index = messages.length
    const question = { role: 'user', status: 'done', text: node.text } as const
    const none = { model: null, seed: null, statistics: null, failure: null, sampling: null }
    const own = { id: messageId(`q${index}`), parentId: parent?.id ?? null, createdAtMs: index }
    messages.push({ ...own, ...question, ...none })
    const reply = { id: messageId(`r${index}`), parentId: own.id, createdAtMs: index }
    messages.push({ ...reply, role: 'assistant', ...node })
  }
  return messages
})

const chat = fc.record({
  title: text,
  createdAtMs: fc.nat(),
  updatedAtMs: fc.nat(),
  pinned: fc.boolean(),
  archived: fc.boolean(),
  tags: fc.uniqueArray(
    text.filter((tag) => tag !== ''),
    { maxLength: 3 },
  ),
  settings: fc.record(
    { preamble: text, contextFull: fc.constant('ask' as const) },
    { requiredKeys: [] },
  ),
  draft: text,
  messages: tree,
})

const chats = fc.array(chat, { maxLength: 5 }).map((all): WholeChat[] =>
  all.map((one, index) => {
    const prefixed = (id: string) => messageId(`${index}-${id}`)
    const messages = one.messages.map((message) => ({
      ...message,
      id: prefixed(message.id),
      parentId: message.parentId && prefixed(message.parentId),
    }))
    const leaf = messages.findLast(({ role }) => role === 'assistant')
    return { ...one, id: chatId(`c${index}`), messages, activeLeafId: leaf?.id ?? null }
  }),
)

const withoutTime = (file: string): string => file.replace(/"exportedAt": "[^"]*"/, '')

test('our own files come back word for word', async () => {
  await fc.assert(
    fc.asyncProperty(chats, async (all) => {
      const first = await newTransfer()
      await first.store.ask('chat.import', { chats: all })
      const file = await first.transfer.export(null, 'json')
      const second = await newTransfer()
      const report = await second.transfer.import(file.fileName, file.text)
      expect(report).toMatchObject({ source: 'chatglm', chats: all.length, warnings: [] })
      const again = await second.transfer.export(null, 'json')
      expect(withoutTime(again.text)).toBe(withoutTime(file.text))
      await first.store.close()
      await second.store.close()
    }),
    { numRuns: 8 },
  )
}, 120_000)

describe('an import', () => {
  const history = JSON.stringify([
    ['你好', '你好，我是 ChatGLM。'],
    ['谢谢', '不客气。'],
  ])

  test('takes the official history list over, and gives it back', async () => {
    const { store, transfer } = await newTransfer()
    const report = await transfer.import('history.json', history)
    expect(report).toMatchObject({ source: 'history', chats: 1, messages: 4 })
    const [found] = await store.ask('search.find', { text: '客气', limit: 1 })
    const ids = found ? [found.chatId] : []
    const file = await transfer.export(ids, 'history')
    expect(JSON.parse(file.text)).toEqual(JSON.parse(history))
    expect(file.fileName).toBe('你好.history.json')
  })

  test('adds nothing twice', async () => {
    const { transfer } = await newTransfer()
    await transfer.import('history.json', history)
    const file = await transfer.export(null, 'json')
    const report = await transfer.import(file.fileName, file.text)
    expect(report).toMatchObject({ chats: 0, skippedChats: 1 })
  })

  test('leaves a broken chat out and takes the others', async () => {
    const { transfer } = await newTransfer()
    await transfer.import('history.json', history)
    const file = JSON.parse((await transfer.export(null, 'json')).text) as { chats: WholeChat[] }
    const [whole] = file.chats
    const messages = whole?.messages.map((message) => ({ ...message, role: 'user' as const }))
    const broken = { ...whole, id: 'broken', messages }
    const other = await newTransfer()
    const text = JSON.stringify({ ...file, chats: [{ title: 7 }, broken, whole] })
    const report = await other.transfer.import('x.json', text)
    expect(report).toMatchObject({ chats: 1, messages: 4 })
    expect(report.warnings).toHaveLength(2)
  })

  test.each([
    ['{"a": ', 'transfer.not_json'],
    ['{"a": 1}', 'transfer.unknown_format'],
    ['[]', 'transfer.unknown_format'],
    ['{"format":"chatglm-desktop-chats","version":2}', 'transfer.unknown_format'],
    ['{"format":"chatglm-desktop-chats","version":3,"chats":[]}', 'transfer.later_version'],
  ])('refuses %s with a sentence', async (broken, code) => {
    const { transfer } = await newTransfer()
    await expect(transfer.import('x.json', broken)).rejects.toMatchObject({ code })
  })

  test('keeps the branches of ChatGPT and joins what tools had parted', async () => {
    const node = (role: string, said: string, parent: string | null, children: string[]) => ({
      parent,
      children,
      message: {
        author: { role },
        create_time: 1.5,
        content: { content_type: 'text', parts: [said] },
      },
    })
    const mapping = {
      root: { parent: null, children: ['s'], message: null },
      s: node('system', 'secret rules', 'root', ['q']),
      q: node('user', 'Weather?', 's', ['a1', 'a2']),
      a1: node('assistant', 'Let me look.', 'q', ['t']),
      t: node('tool', '{"sun":1}', 'a1', ['a1b']),
      a1b: node('assistant', 'Sunny.', 't', []),
      a2: node('assistant', 'No idea.', 'q', ['q2']),
      q2: node('user', 'Try again', 'a2', []),
    }
    const { store, transfer } = await newTransfer()
    const report = await transfer.import(
      'conversations.json',
      JSON.stringify([
        { title: 'Weather', create_time: 1, update_time: 2, current_node: 'a1b', mapping },
      ]),
    )
    expect(report).toMatchObject({ source: 'chatgpt', chats: 1, messages: 5 })
    expect(report.warnings).toEqual(['2 entries of tools, system texts or pictures were left out.'])
    const [whole] = await store.ask('chat.export', { chatIds: null })
    expect(whole?.messages.map(({ role, text: said, status }) => [role, said, status])).toEqual([
      ['user', 'Weather?', 'done'],
      ['assistant', 'Let me look.\n\nSunny.', 'done'],
      ['assistant', 'No idea.', 'done'],
      ['user', 'Try again', 'done'],
      ['assistant', '', 'interrupted'],
    ])
    expect(whole?.activeLeafId).toBe(whole?.messages[1]?.id)
  })
})

test('a file in Markdown reads from top to bottom', async () => {
  const { transfer } = await newTransfer()
  await transfer.import('h.json', JSON.stringify([['# Title\nof mine', 'An *answer*.']]))
  const { text: markdown } = await transfer.export(null, 'markdown')
  expect(markdown).toMatch(
    /^# Title\n\n\*\d{4}-\d\d-\d\d\*\n\n> # Title\n> of mine\n\nAn \*answer\*\.\n$/,
  )
})
