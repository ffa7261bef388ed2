import {
  type DocumentFile,
  largestDocumentBytes,
  type ReadDocument,
} from '../../shared/documents.ts'
import { AppError } from '../../shared/errors.ts'
import type { DocumentId } from '../../shared/ids.ts'
import type { DocumentThreads } from './document-threads.ts'
import { type Passage, passagesOf } from './passages.ts'

/** What waits longest goes first; nobody has so many files in chats that are not sent. */
const mostHeld = 60
const mostHeldCharacters = 32 * 1024 * 1024

/** A document that waits to be sent. */
export interface HeldDocument extends ReadDocument {
  passages: Passage[]
}

/** Counts the tokens of a text. `key` names the tokenizer, since counts are kept. */
export interface Tokenizer {
  key: string
  count: (text: string) => Promise<number>
}

/** So many texts are on their way to the tokenizer at once. */
const countedAtOnce = 64

/** Reads files and holds their texts until they are sent or let go. */
export class DocumentService {
  private readonly held = new Map<DocumentId, HeldDocument>()
  private readonly counts = new Map<DocumentId, { key: string; tokens: Promise<number[]> }>()

  constructor(private readonly threads: DocumentThreads) {}

  /** Throws AppError `document.*`, which says what is the matter with the file. */
  async read(id: DocumentId, name: string, content: string): Promise<ReadDocument> {
    const bytes = new Uint8Array(Buffer.from(content, 'base64'))
    if (bytes.length > largestDocumentBytes)
      throw new AppError('document.too_large', 'This file is too large. Split it.')
    const { kind, pages, hasPages } = await this.threads.read(bytes)
    const file: DocumentFile = {
      ...{ name, kind, sizeBytes: bytes.length, pageCount: hasPages ? pages.length : null },
    }
    const characters = pages.reduce((sum, { length }) => sum + length, 0)
    const document = { id, ...file, characters }
    this.held.set(id, { ...document, passages: passagesOf(pages, hasPages) })
    this.letGoOfOldest()
    return document
  }

  /** Throws AppError `document.gone` for what was sent, let go, or read before a restart. */
  find(ids: DocumentId[]): HeldDocument[] {
    return ids.map((id) => {
      const document = this.held.get(id)
      if (document) return document
      throw new AppError('document.gone', 'The app no longer has this file. Add it again.')
    })
  }

  release(ids: readonly DocumentId[]): void {
    for (const id of ids) {
      this.held.delete(id)
      this.counts.delete(id)
      void this.threads.forget(id).catch(() => undefined) // the thread has ended, its index too
    }
  }

  /** The tokens of each passage of a document. */
  tokensOf({ id, passages }: HeldDocument, tokenizer: Tokenizer): Promise<number[]> {
    const known = this.counts.get(id)
    if (known?.key === tokenizer.key) return known.tokens
    const tokens = countAll(passages, tokenizer)
    tokens.catch(() => this.counts.delete(id)) // it is counted anew the next time
    this.counts.set(id, { key: tokenizer.key, tokens })
    return tokens
  }

  /** Numbers of the passages that have something in common with a question, the nearest first. */
  rank({ id, passages }: HeldDocument, question: string): Promise<number[]> {
    const texts = passages.map(({ text }) => text)
    return this.threads.rank(id, texts, question)
  }

  close(): Promise<void> {
    return this.threads.close()
  }

  private letGoOfOldest(): void {
    const total = () => [...this.held.values()].reduce((sum, { characters }) => sum + characters, 0)
    while (this.held.size > 1 && (this.held.size > mostHeld || total() > mostHeldCharacters)) {
      const [oldest] = this.held.keys()
      if (oldest) this.release([oldest])
    }
  }
}

async function countAll(passages: Passage[], { count }: Tokenizer): Promise<number[]> {
  const tokens: number[] = []
  for (let index = 0; index < passages.length; index += countedAtOnce) {
    const part = passages.slice(index, index + countedAtOnce)
    tokens.push(...(await Promise.all(part.map(({ text }) => count(text)))))
  }
  return tokens
}
