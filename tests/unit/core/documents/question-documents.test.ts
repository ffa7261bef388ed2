import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DocumentCut } from '../../../../src-main/shared/documents.ts'
import { chatId, documentId, messageId, modelId } from '../../../../src-main/shared/ids.ts'
import { docxOf, pdfOf } from '../../../fakes/documents.ts'
import { startTestApp, type TestApp } from '../../../fakes/test-app.ts'

const contextLength = 1200
/** What a question may have, without the room that its reply needs. */
const limit = contextLength - contextLength / 8

const description = {
  ...{ path: '/m.gguf', format: 'gguf', family: 'chatglm2', weightType: 'q4_0', sizeBytes: 1 },
  ...{ parameterCount: 1, layerCount: 1, hiddenSize: 1, feedForwardSize: 1, headCount: 1 },
  ...{ kvHeadCount: 1, vocabularySize: 1, contextLength, ropeScale: 1, ropeBase: 10000 },
}
const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'requests')
const loaded = { contextLength, threads: 1, memory: [], description }
const script = { countsCharacters: true, requestLog, results: { 'model.load': loaded } }

const chat = chatId('c')
const ids = (name: string) => ({
  questionId: messageId(`q${name}`),
  replyId: messageId(`r${name}`),
})
let fixture: TestApp

beforeAll(() => start())
afterAll(() => fixture.app.close())

async function load(): Promise<void> {
  fixture.events.length = 0
  await fixture.ask('model.load', { modelId: modelId('demo') })
  await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
}

async function start(dataFolder?: string): Promise<void> {
  fixture = await startTestApp(script, dataFolder)
  await load()
}

const read = (name: string, file: Buffer) =>
  fixture.ask('document.read', {
    ...{ documentId: documentId(name), name, content: file.toString('base64') },
  })

const choice = (cut: DocumentCut, ...names: string[]) => ({
  ...{ documentIds: names.map((name) => documentId(name)), cut },
})

const finished = (name: string) =>
  fixture.waitFor('reply.finished', ({ message }) => message.id === `r${name}`)

/** The questions that the engine was asked, in order. */
const asked = (): string[] =>
  readFileSync(requestLog, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('chat.generate '))
    .map((line) => {
      const { messages } = JSON.parse(line.slice('chat.generate '.length)) as {
        messages: { content: string }[]
      }
      return messages.at(-1)?.content ?? ''
    })

/** Pages of about 200 characters; each has a word that no other one has. */
const fruits = ['苹果', '香蕉', '葡萄', '西瓜', '草莓', '樱桃', '菠萝', '芒果']
const fruitPages = fruits.map((fruit) => `这一页说的是${fruit}。${fruit}很好吃。\n`.repeat(14))

test('gives a whole file with the question, and the same again after all that happens to a chat', async () => {
  await fixture.ask('chat.create', { chatId: chat })
  const word = await docxOf(['三月的收入是五百万元。', '四月的收入是六百万元。'])
  expect(await read('income.docx', word)).toMatchObject({ kind: 'docx', pageCount: null })

  const question = { text: '四月的收入是多少？', documents: choice('nearest', 'income.docx') }
  const exchange = await fixture.ask('chat.send', { chatId: chat, ...ids('1'), ...question })
  await finished('1')

  const text = '三月的收入是五百万元。\n\n四月的收入是六百万元。'
  const documents = [
    {
      name: 'income.docx',
      kind: 'docx',
      sizeBytes: word.length,
      pageCount: null,
      cut: null,
      pages: [],
      text,
    },
  ]
  expect(exchange.question).toMatchObject({ text: '四月的收入是多少？', documents })
  const given = `文件《income.docx》：\n${text}\n\n四月的收入是多少？`
  expect(asked()).toEqual([given])

  const { dataFolder } = fixture
  await fixture.app.close()
  await start(dataFolder)
  await fixture.ask('chat.regenerate', { messageId: messageId('r1'), replyId: messageId('r2') })
  await finished('2')
  expect(asked().at(-1)).toBe(given)

  await fixture.ask('chat.edit', { messageId: messageId('q1'), ...ids('3'), text: '三月呢？' })
  await finished('3')
  expect(asked().at(-1)).toBe(given.replace('四月的收入是多少？', '三月呢？'))

  await fixture.ask('chat.fork', { messageId: messageId('r3'), chatId: chatId('f') })
  expect((await fixture.ask('chat.path', { chatId: chatId('f') }))[0]).toMatchObject({ documents })

  const file = await fixture.ask('transfer.export', { chatIds: [chat], format: 'json' })
  expect(JSON.parse(file.text)).toMatchObject({ version: 2 })
  const markdown = await fixture.ask('transfer.export', { chatIds: [chat], format: 'markdown' })
  expect(markdown.text).toContain('> 📄 income.docx\n> 三月呢？\n')
  const history = await fixture.ask('transfer.export', { chatIds: [chat], format: 'history' })
  expect(history.text).toContain('文件《income.docx》：\\n三月的收入')
  await fixture.ask('chat.purge', { chatIds: [chat] })
  await fixture.ask('transfer.import', file)
  const again = await fixture.ask('transfer.export', { chatIds: [chat], format: 'json' })
  const withoutTime = (json: string) => json.replace(/"exportedAt": ".*"/, '')
  expect(withoutTime(again.text)).toBe(withoutTime(file.text))
})

test.each([
  ['beginning', [1, 2, 3, 4]],
  ['ends', [1, 2, 7, 8]],
  ['nearest', [1, 2, 5, 6]],
] as const)('cuts a long file: %s', async (cut, pages) => {
  await read('fruit.pdf', pdfOf(fruitPages))
  const documents = choice(cut, 'fruit.pdf')

  const measured = await fixture.ask('document.measure', {
    chatId: null,
    text: '草莓好吃吗？',
    documents,
  })
  const chosen = chatId(cut)
  await fixture.ask('chat.create', { chatId: chosen })
  const { question } = await fixture.ask('chat.send', {
    ...{ chatId: chosen, ...ids(cut), text: '草莓好吃吗？', documents },
  })
  await finished(cut)

  expect(question.documents).toMatchObject([{ cut, pages, pageCount: 8 }])
  expect(measured).toMatchObject({ documents: [{ isWhole: false, pages }], isEstimate: false })
  const given = asked().at(-1) ?? ''
  expect(measured.context).toMatchObject({ promptTokens: given.length, fits: true })
  expect(given.length).toBeLessThanOrEqual(limit)
  expect(measured.neededTokens).toBeGreaterThan(fruitPages.join('').length)
  for (const [index, page] of pages.entries()) {
    expect(given).toContain(`[第 ${page} 页]\n这一页说的是${fruits[page - 1]}`)
    if (index > 0 && page !== (pages[index - 1] ?? 0) + 1) expect(given).toContain('……')
  }
})

test('shares the room among files, and gives short ones in whole', async () => {
  await read('short.txt', Buffer.from('A short note.'))
  await read('long.txt', Buffer.from('A long sentence about nothing. '.repeat(100)))
  const documents = choice('beginning', 'short.txt', 'long.txt')

  const measured = await fixture.ask('document.measure', { chatId: null, text: 'Why?', documents })

  expect(measured.documents).toMatchObject([
    { id: 'short.txt', tokens: 13, givenTokens: 13, isWhole: true },
    { id: 'long.txt', tokens: 3099, isWhole: false },
  ])
})

test('tells what is in the way, and keeps the file', async () => {
  await fixture.ask('model.unload', {})
  await read('a.txt', Buffer.from('A'))
  const ask = (text: string, name: string) =>
    fixture.ask('document.measure', { chatId: null, text, documents: choice('nearest', name) })

  await expect(ask('Why?', 'a.txt')).rejects.toMatchObject({ code: 'model.none' })
  await expect(ask('Why?', 'b.txt')).rejects.toMatchObject({ code: 'document.gone' })
  await load()
  const long = ask('Why? '.repeat(230), 'a.txt')
  await expect(long).rejects.toMatchObject({ code: 'document.no_room' })
  expect(await ask('Why?', 'a.txt')).toMatchObject({ documents: [{ isWhole: true }] })
  await fixture.ask('document.release', { documentIds: [documentId('a.txt')] })
  await expect(ask('Why?', 'a.txt')).rejects.toMatchObject({ code: 'document.gone' })
})
