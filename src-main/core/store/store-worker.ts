/**
 * The program of the store's thread. The same file runs as a child process, for a host whose own
 * runtime cannot load SQLite. Messages are `StoreQuestion` and `StoreAnswer` either way. The store
 * starts it once more to check a backup (`CopyToCheck`).
 */
import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../shared/errors.ts'
import { checkInThread, copyToCheck, isSoundCopy } from './copy-check.ts'
import { warmMatching } from './search-query.ts'
import { Store } from './store.ts'
import type { StoreAnswer, StoreNews, StoreQuestion } from './store-operations.ts'

/** The first screen asks for chats at once; what is due each day waits behind it. */
const dailyWorkDelayMs = 3000
const warmingDelayMs = 1000
const dailyWorkCheckMs = 3_600_000

function say(answer: StoreAnswer | StoreNews): void {
  if (parentPort) parentPort.postMessage(answer)
  else process.send?.(answer, (error: Error | null) => error && process.exit()) // nobody is there
}

let opened: Promise<Store> | undefined

/** A backup that fails must not end the store: the chats are well. The next one may work. */
function doDailyWork(store: Store): void {
  if (!store.isOpen) return
  const tell = (chats: number) => chats > 0 && say({ news: 'purged' })
  store.doDailyWork(tell).catch((error: unknown) => {
    if (!store.isOpen) return // closed meanwhile; the next start begins anew
    process.emitWarning(`The daily work on the chats failed: ${String(error)}`)
  })
}

async function open(file: string): Promise<Store> {
  const store = await Store.open(file, Date.now, checkInThread(import.meta.filename))
  setTimeout(warmMatching, warmingDelayMs).unref()
  setTimeout(() => doDailyWork(store), dailyWorkDelayMs).unref()
  setInterval(() => doDailyWork(store), dailyWorkCheckMs).unref()
  return store
}

async function answerTo(question: StoreQuestion): Promise<unknown> {
  if (question.type === 'open') return (await (opened ??= open(question.file))).report
  const store = await opened
  if (store === undefined) throw new Error('The store was asked before it was opened.')
  if (question.type === 'ask') return store.ask(question.operation, question.params)
  store.close()
  return null
}

function errorOf(error: unknown): { code: string | null; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : '' }
}

async function answer(question: StoreQuestion): Promise<void> {
  const { id } = question
  try {
    say({ id, ok: true, value: await answerTo(question) })
  } catch (error) {
    say({ id, ok: false, error: errorOf(error) })
  }
  if (question.type !== 'close') return
  if (parentPort) parentPort.close()
  else process.disconnect()
}

const order = copyToCheck(workerData)
const onQuestion = (question: StoreQuestion) => void answer(question)
if (order) parentPort?.postMessage(isSoundCopy(order.copy))
else if (parentPort) parentPort.on('message', onQuestion)
else process.on('message', onQuestion).on('disconnect', () => process.exit())
