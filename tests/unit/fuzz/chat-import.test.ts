import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StoreClient } from '../../../src-main/core/store/store-client.ts'
import { startStoreThread } from '../../../src-main/core/store/store-host.ts'
import { TransferService } from '../../../src-main/core/transfer/transfer-service.ts'
import { AppError } from '../../../src-main/shared/errors.ts'
import { mutation } from './mutations.ts'

const filesOfEach = 700
const storeEntry = new URL('../../../src-main/core/store/store-worker.ts', import.meta.url)

const history = JSON.stringify([
  ['你好', '你好👋！'],
  ['Second', 'Answer\n```js\n1\n```'],
])
const node = (parent: string | null, children: string[], role: string, text: string) => ({
  ...{ parent, children },
  message: {
    author: { role },
    create_time: 1_700_000_000.5,
    content: { content_type: 'text', parts: [text, { asset: 'picture' }] },
  },
})
const chatGpt = JSON.stringify([
  {
    ...{ title: '标题', create_time: 1_700_000_000, update_time: 1_700_000_100, current_node: 'd' },
    mapping: {
      root: { parent: null, children: ['a'], message: null },
      a: node('root', ['b', 'c'], 'user', 'Question'),
      b: node('a', [], 'assistant', 'One version'),
      c: node('a', ['d'], 'assistant', 'Another version'),
      d: node('c', [], 'user', 'No reply'),
      t: node('c', [], 'tool', 'Found'),
    },
  },
])

const folder = mkdtempSync(join(tmpdir(), 'chatglm-import-'))
let store: StoreClient
let transfer: TransferService
let ours: string

const everything = () => store.ask('chat.export', { chatIds: null })

beforeAll(async () => {
  ;({ store } = await StoreClient.open(startStoreThread(storeEntry), join(folder, 'chats.db')))
  transfer = new TransferService(store, '0.0.0')
  await transfer.import('chats.json', chatGpt)
  ours = (await transfer.export(null, 'json')).text
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['this app', () => ours],
  ['a history list', () => history],
  ['ChatGPT', () => chatGpt],
])(
  'a damaged file of %s is taken as far as it is sound, or refused',
  async (name, sound) => {
    const before = await everything()
    const keptIds = new Set(before.map(({ id }) => id))
    const outcomes = { taken: 0, refused: 0 }
    const takeOrRefuse = async (text: string) => {
      const after = await transfer.import('file.json', text).catch((error: unknown) => error)
      const chats = await everything()
      expect(chats.filter(({ id }) => keptIds.has(id))).toEqual(before)
      if (after instanceof Error) {
        expect(after).toBeInstanceOf(AppError)
        expect(chats.length).toBe(before.length)
        outcomes.refused++
        return
      }
      outcomes.taken++
      const added = chats.map(({ id }) => id).filter((id) => !keptIds.has(id))
      if (added.length === 0) return
      // What was let in can be written out again.
      await transfer.export(null, 'json')
      await transfer.export(null, 'markdown')
      await store.ask('chat.purge', { chatIds: added })
    }
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) =>
        // An id of its own lets a chat of ours in beside the one that is there.
        takeOrRefuse(mutate(sound().replaceAll(/("(?:id|parentId|activeLeafId)": ")/g, '$1x'))),
      ),
      { numRuns: filesOfEach, seed: 20232 },
    )
    expect(outcomes.taken).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(20)
    process.stdout.write(
      `${filesOfEach} files of ${name}: ${outcomes.taken} taken, ${outcomes.refused} refused\n`,
    )
  },
  300_000,
)

test('deep nesting, a huge list and lone surrogates are refused or taken', async () => {
  for (const text of [
    '['.repeat(200_000),
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    '\uD800',
  ])
    await expect(transfer.import('file.json', text)).rejects.toBeInstanceOf(AppError)
  const children = Array.from({ length: 200_000 }, () => 'a')
  const wide = JSON.stringify([{ mapping: { root: { children } } }])
  expect(await transfer.import('file.json', wide)).toMatchObject({ chats: 0 })
  const lone = await transfer.import('file.json', '[["\\ud800", "\\udfff"]]')
  expect(lone).toMatchObject({ chats: 1, messages: 2 })
})

test('many broken chats make few warnings', async () => {
  const many = Array.from({ length: 20_000 }, () => null)
  const file = { format: 'chatglm-desktop-chats', version: 1, chats: many }
  const report = await transfer.import('file.json', JSON.stringify(file))
  expect(report.warnings.length).toBe(101)
  expect(report.warnings.at(-1)).toBe('19900 more warnings are not shown.')
})

test('times that no calendar holds are left out', async () => {
  for (const [sound, time] of [
    [ours.replaceAll(/("(?:id|parentId|activeLeafId)": ")/g, '$1y'), '9007199254740991'],
    [chatGpt, '1e308'],
  ] as const)
    await transfer.import('file.json', sound.replaceAll(/17000\d+(?:\.5)?/g, time))
  await transfer.export(null, 'markdown')
})
