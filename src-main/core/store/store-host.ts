import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { StoreAnswer, StoreNews, StoreQuestion } from './store-operations.ts'

/** Where the store runs: apart from the thread that asks. */
export interface StoreHost {
  send(question: StoreQuestion): void
  onAnswer(listener: (answer: StoreAnswer | StoreNews) => void): void
  /** Called once, when no more answers will come, for whatever reason. */
  onEnd(listener: () => void): void
  /** Of the process that the store runs in, when it has one of its own. */
  readonly processId?: number
  /** Resolves when it is gone. It ends by itself after `close`. */
  stop(): Promise<void>
}

/** So long a thread may take to end by itself. To cut one off can crash the process inside SQLite. */
const threadEndMs = 2000

/**
 * Runs the store in a thread. `entry` is `store-worker.ts`, or what a bundler made of it; only the
 * composition root knows where that is.
 */
export function startStoreThread(entry: URL): StoreHost {
  const worker = new Worker(entry)
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => resolve())
    worker.on('error', () => resolve()) // `exit` follows; whoever waits gets `store.ended`
  })
  return {
    send: (question) => worker.postMessage(question),
    onAnswer: (listener) => void worker.on('message', listener),
    onEnd: (listener) => void ended.then(listener),
    stop: async () => {
      const stuck = setTimeout(() => void worker.terminate(), threadEndMs)
      await ended
      clearTimeout(stuck)
    },
  }
}

/** Runs the store in a process of its own, under another Node when `execPath` names one. */
export function startStoreProcess(entry: URL, execPath = process.execPath): StoreHost {
  const child = fork(fileURLToPath(entry), [], { execPath, serialization: 'advanced' })
  const ended = once(child, 'exit').then(() => undefined)
  return {
    ...(child.pid === undefined ? {} : { processId: child.pid }),
    send: (question) => child.send(question),
    onAnswer: (listener) => void child.on('message', listener),
    onEnd: (listener) => void ended.then(listener),
    stop: async () => {
      if (child.connected) child.disconnect() // the process ends by itself then
      await ended
    },
  }
}
