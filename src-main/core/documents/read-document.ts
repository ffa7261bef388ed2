import type { DocumentKind } from '../../shared/documents.ts'
import { AppError } from '../../shared/errors.ts'
import { tooLong } from './document-errors.ts'

/** The text of a file, page by page; `hasPages` is false when it is one text without pages. */
export interface DocumentText {
  kind: DocumentKind
  pages: string[]
  hasPages: boolean
}

/** More text than any model reads, and as much as may wait in memory. */
const longestText = 4 * 1024 * 1024

/** What neither JSON, nor SQLite, nor the engine is to meet: halves of characters, control characters. */
const unfit = /\p{Cs}|[^\P{Cc}\s]/gu

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte)

/** `%PDF-` may stand behind some other bytes. */
const isPdf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).includes('%PDF-')

const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 3, 4)

/** Word's old files, and new ones behind a password. */
const isCompound = (bytes: Uint8Array): boolean => startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)

/** Each reader is loaded when it is needed: they are large, and every file has a thread of its own. */
async function read(bytes: Uint8Array, cmapsFolder: string): Promise<DocumentText> {
  if (isPdf(bytes)) {
    const { readPdf } = await import('./read-pdf.ts')
    return { kind: 'pdf', hasPages: true, pages: await readPdf(bytes, cmapsFolder) }
  }
  if (isZip(bytes)) {
    const { readDocx } = await import('./read-docx.ts')
    return { kind: 'docx', ...(await readDocx(bytes)) }
  }
  if (isCompound(bytes))
    throw new AppError(
      'document.old_word',
      'This is an old Word file, or one with a password. Save it as .docx without a password.',
    )
  const { readText } = await import('./read-text.ts')
  return { kind: 'text', hasPages: false, pages: [readText(bytes)] }
}

/**
 * Reads the text of a file, told by its first bytes and not by its name. Runs in a thread that can
 * be cut off, since what is in the file decides how long it takes. Throws AppError `document.*`.
 */
export async function readDocument(bytes: Uint8Array, cmapsFolder: string): Promise<DocumentText> {
  const document = await read(bytes, cmapsFolder)
  const pages = document.pages.map((page) =>
    page.replaceAll('\r\n', '\n').replaceAll(unfit, '').trim(),
  )
  const characters = pages.reduce((sum, { length }) => sum + length, 0)
  if (characters > longestText) throw tooLong()
  if (characters > 0) return { ...document, pages }
  if (document.kind === 'pdf')
    throw new AppError(
      'document.scanned',
      'This PDF holds pictures of pages, not text. Run it through text recognition (OCR) first.',
    )
  throw new AppError('document.empty', 'There is no text in this file. Choose another one.')
}
