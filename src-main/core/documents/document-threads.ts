import PQueue from 'p-queue'
import { z } from 'zod'
import type { DocumentText } from './read-document.ts'
import { WorkerThread } from './worker-thread.ts'

const documentText = z.object({
  kind: z.enum(['text', 'pdf', 'docx']),
  pages: z.array(z.string()),
  hasPages: z.boolean(),
}) satisfies z.ZodType<DocumentText>
const numbers = z.array(z.number())

const longestReadingMs = 120_000
const longestSearchMs = 60_000

/** Two cores are left to the engine and the window on most computers that run this. */
const readingsAtOnce = 2

/** What is asked answers or throws, and is never left out. */
const throwing = { throwOnTimeout: true } as const

/**
 * Reads files and looks through them, apart from the thread that answers the app. Each file is read
 * in a thread of its own, which a hostile one may fill or hold up.
 */
export class DocumentThreads {
  private readonly reading = new PQueue({ concurrency: readingsAtOnce })
  private readonly searching = new PQueue({ concurrency: 1 })
  private searcher: WorkerThread | undefined
  /** What the searcher has an index of. */
  private readonly indexed = new Set<string>()

  constructor(
    private readonly entry: URL,
    private readonly cmapsFolder: string,
  ) {}

  /** Throws AppError `document.*`, which says what is the matter with the file. */
  read(bytes: Uint8Array): Promise<DocumentText> {
    return this.reading.add(async () => {
      const thread = new WorkerThread(this.entry)
      const request = { type: 'read', bytes, cmapsFolder: this.cmapsFolder } as const
      try {
        return documentText.parse(await thread.ask(request, longestReadingMs))
      } finally {
        await thread.end()
      }
    }, throwing)
  }

  /** Numbers of those texts that have something in common with a question, the nearest first. */
  rank(key: string, texts: string[], question: string): Promise<number[]> {
    return this.searching.add(async () => {
      const thread = this.thread()
      const isIndexed = this.indexed.has(key)
      this.indexed.add(key)
      const request = { type: 'rank', key, texts: isIndexed ? null : texts, question } as const
      return numbers.parse(await thread.ask(request, longestSearchMs))
    }, throwing)
  }

  /** Drops the index of texts that are needed no more. */
  async forget(key: string): Promise<void> {
    if (!this.indexed.delete(key)) return
    await this.searching.add(() => this.thread().ask({ type: 'forget', key }, longestSearchMs))
  }

  async close(): Promise<void> {
    this.reading.clear()
    this.searching.clear()
    await this.searcher?.end()
  }

  private thread(): WorkerThread {
    if (this.searcher?.isEnded !== false) {
      this.searcher = new WorkerThread(this.entry)
      this.indexed.clear()
    }
    return this.searcher
  }
}
