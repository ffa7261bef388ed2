import { AppError } from '../../shared/errors.ts'
import type { OpenReport } from '../../shared/open-report.ts'
import type { StoreHost } from './store-host.ts'
import type {
  StoreAnswer,
  StoreNews,
  StoreOperation,
  StoreParams,
  StoreRequest,
  StoreResult,
} from './store-operations.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

export interface OpenedStore {
  store: StoreClient
  report: OpenReport
}

/** The store, as the rest of the app sees it. Belongs to whoever opened it, who closes it. */
export class StoreClient {
  private readonly host: StoreHost
  private readonly waiting = new Map<number, Waiting>()
  private readonly purgeListeners = new Set<() => void>()
  private lastId = 0
  private hasEnded = false

  private constructor(host: StoreHost) {
    this.host = host
    host.onAnswer((answer) => this.take(answer))
    host.onEnd(() => this.end())
  }

  /** Opens the file in a host that has just started. Throws AppError, and the host is gone then. */
  static async open(host: StoreHost, file: string): Promise<OpenedStore> {
    const store = new StoreClient(host)
    try {
      return { store, report: await store.send<OpenReport>({ type: 'open', file }) }
    } catch (error) {
      await host.stop()
      throw error
    }
  }

  /** Runs one operation. Rejects with AppError, and then nothing has changed. */
  ask<O extends StoreOperation>(operation: O, params: StoreParams<O>): Promise<StoreResult<O>> {
    return this.send<StoreResult<O>>({ type: 'ask', operation, params })
  }

  /** Calls `listener` when the store has purged chats by itself: their time in the trash was over. */
  onPurge(listener: () => void): void {
    this.purgeListeners.add(listener)
  }

  /** Ends the store after everything that was asked before. May be called again. */
  async close(): Promise<void> {
    if (!this.hasEnded) await this.send<null>({ type: 'close' })
    await this.host.stop()
  }

  private send<Result>(question: StoreRequest): Promise<Result> {
    if (this.hasEnded) return Promise.reject(storeEnded())
    const id = (this.lastId += 1)
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.host.send({ ...question, id })
    })
  }

  private take(answer: StoreAnswer | StoreNews): void {
    if ('news' in answer) return this.purgeListeners.forEach((listener) => listener())
    const waiting = this.waiting.get(answer.id)
    this.waiting.delete(answer.id)
    if (answer.ok) return waiting?.resolve(answer.value)
    const { code, message } = answer.error
    waiting?.reject(code === null ? new Error(message) : new AppError(code, message))
  }

  private end(): void {
    this.hasEnded = true
    for (const waiting of this.waiting.values()) waiting.reject(storeEnded())
    this.waiting.clear()
  }
}

function storeEnded(): AppError {
  return new AppError('store.ended', 'The chats are not open any more. Restart the app.')
}
