/**
 * What the store costs with 100,000 messages in 10,000 chats. Prints figures beside targets; the
 * library is made anew in a temporary folder each time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openToWrite } from '../../src-main/core/store/database-file.ts'
import { migrate, pendingMigrations } from '../../src-main/core/store/migrate.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { chatId, messageId } from '../../src-main/shared/ids.ts'
import { fillLibrary, longChat, queries } from './random-library.ts'

const repeats = 5
const rows: string[][] = [
  ['What', 'Measured', 'Target'],
  ['---', '---', '---'],
]

const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`

function row(what: string, ms: number, target: string): void {
  rows.push([what, milliseconds(ms), target])
  process.stderr.write(`${what}: ${milliseconds(ms)} (${target})\n`)
}

async function timed(work: () => unknown): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}

/** The middle of several runs: what a person meets on an ordinary day. */
async function median(work: () => unknown): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < repeats; run += 1) times.push(await timed(work))
  return times.sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? NaN
}

async function openAndClose(file: string): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < repeats; run += 1) {
    let store: Store | undefined
    times.push(
      await timed(async () => {
        store = await Store.open(file)
        store.ask('chat.list', { view: 'current', limit: 100 })
      }),
    )
    store?.close()
  }
  return times.sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? NaN
}

const folder = mkdtempSync(join(tmpdir(), 'chatglm-bench-'))
try {
  const file = join(folder, 'chats.db')
  const db = openToWrite(file)
  const steps = pendingMigrations(db)
  const withoutIndex = steps.filter(({ version }) => version < 30)
  migrate(db, withoutIndex)
  db.transaction(() => fillLibrary(db))()
  const indexing = await timed(() => migrate(db, steps.slice(withoutIndex.length)))
  row('building the search index', indexing, 'recorded')
  db.close()

  const firstOpening = await timed(async () => (await Store.open(file)).close())
  row('opening after an end without a close, which checks the file', firstOpening, 'recorded')
  const emptyFile = join(folder, 'empty.db')
  ;(await Store.open(emptyFile)).close()
  const empty = await openAndClose(emptyFile)
  row('opening an empty store with its first page of the list', empty, 'recorded')
  row(
    'the same with 10,000 chats, beyond that',
    (await openAndClose(file)) - empty,
    'at most 50 ms',
  )

  const store = await Store.open(file)
  const openLongChat = () => store.ask('chat.path', { chatId: longChat })
  row('reading a chat of 2,000 messages', await median(openLongChat), 'recorded')
  for (const { what, text } of queries) {
    row(
      `search, ${what} (${text})`,
      await median(() => store.ask('search.find', { text, limit: 50 })),
      'at most 20 ms',
    )
    row(
      `titles, ${what} (${text})`,
      await median(() => store.ask('search.find_titles', { text, limit: 20 })),
      'at most 20 ms',
    )
  }
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  const append = () =>
    store.ask('message.append', { chatId: chatId('chat-1'), ...ids, text: '你好', model: null })
  row('saving a question', await timed(append), 'recorded')
  const checkpoint = () =>
    store.ask('reply.checkpoint', { replyId: ids.replyId, text: '一字一句'.repeat(500) })
  row('saving a reply so far', await median(checkpoint), 'recorded')
  row('the daily backup with its check', await timed(() => store.backUpDaily()), 'recorded')
  const purge = () => store.ask('chat.purge', { chatIds: [longChat] })
  row('purging a chat of 2,000 messages', await timed(purge), 'at most 1,000 ms')
  store.close()
} finally {
  rmSync(folder, { recursive: true })
}

process.stdout.write(`\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`)
