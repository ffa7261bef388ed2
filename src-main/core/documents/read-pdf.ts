import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getDocumentProxy } from 'unpdf'
import { AppError } from '../../shared/errors.ts'
import { brokenDocument, tooLong } from './document-errors.ts'
import { joinLines } from './join-lines.ts'

const mostPages = 5000

/** How PDF.js asks for files of its own: for the tables of characters (CMaps) alone, here. */
class CmapReader {
  private readonly folder: string

  constructor({ cMapUrl }: { cMapUrl: string }) {
    this.folder = cMapUrl
  }

  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    if (!/^[\w-]+\.bcmap$/.test(filename)) throw new Error(`No such table: ${filename}`)
    return new Uint8Array(await readFile(join(this.folder, filename)))
  }
}

function failureOf(error: unknown): Error {
  const name = error instanceof Error ? error.name : ''
  if (name === 'PasswordException')
    return new AppError('document.encrypted', 'This PDF needs a password. Save it without one.')
  return brokenDocument(error)
}

/** The text of each page. Needs no network: `cmapsFolder` has the tables for Chinese encodings. */
export async function readPdf(bytes: Uint8Array, cmapsFolder: string): Promise<string[]> {
  try {
    const pdf = await getDocumentProxy(new Uint8Array(bytes), {
      ...{ BinaryDataFactory: CmapReader, cMapUrl: `${cmapsFolder}/`, cMapPacked: true },
      ...{ useWorkerFetch: false, isEvalSupported: false, useWasm: false, stopAtErrors: false },
      ...{ disableFontFace: true, useSystemFonts: false, verbosity: 0 },
    })
    if (pdf.numPages > mostPages) throw tooLong()
    const pages: string[] = []
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      pages.push(joinLines(text.join('')))
      page.cleanup()
    }
    await pdf.loadingTask.destroy()
    return pages
  } catch (error) {
    if (error instanceof AppError) throw error
    throw failureOf(error)
  }
}
