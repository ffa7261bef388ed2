import { Worker } from 'node:worker_threads'
import { AppError } from '../../shared/errors.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts'

/** More than any honest file needs. Bytes that are no objects of JavaScript do not count. */
const memoryMegabytes = 1024

const tooHard = (cause: unknown): AppError =>
  new AppError(
    'document.too_hard',
    'Reading this file takes too long or too much memory. Save it anew, or split it.',
    { cause },
  )

/** A thread for documents. Whoever starts it ends it. */
export class WorkerThread {
  private readonly worker: Worker
  private answer: ((answer: WorkerAnswer) => void) | undefined
  private fail: ((error: AppError) => void) | undefined
  isEnded = false

  /** `entry` is `document-worker.ts`, or what a bundler made of it. */
  constructor(entry: URL) {
    this.worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes } })
    this.worker.unref()
    this.worker.on('message', (answer: WorkerAnswer) => this.answer?.(answer))
    this.worker.on('error', (error) => this.fail?.(tooHard(error))) // out of memory; `exit` follows
    this.worker.on('exit', (code) => {
      this.isEnded = true
      this.fail?.(tooHard(`The thread ended with ${code}.`))
    })
  }

  /** One at a time. Throws AppError, also when the thread ends or takes longer than `limitMs`. */
  async ask(request: WorkerRequest, limitMs: number): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.answer = resolve
        this.fail = reject
        timer = setTimeout(() => void this.end(), limitMs)
        if (this.isEnded) reject(tooHard('The thread has ended.'))
        else this.worker.postMessage(request)
      })
      if (answer.ok) return answer.value
      throw new AppError(answer.error.code, answer.error.message)
    } finally {
      clearTimeout(timer)
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }
}
