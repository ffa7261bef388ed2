import JSZip from 'jszip'
import mammoth from 'mammoth'
import { AppError } from '../../shared/errors.ts'
import { brokenDocument, unknownType } from './document-errors.ts'
import { expectSmallZip, isXmlPart } from './small-zip.ts'

/** Stands for the end of a page on its way through mammoth, which drops such ends. No text has it. */
const pageEnd = '\uFDD0'

/** Where a page ended when Word last drew it; only files that were saved by a word processor tell. */
const drawnPageEnd = /<w:lastRenderedPageBreak\s*\/>/g

/** The parts that have text, with marks where pages end; pictures are never unpacked. */
async function textParts(bytes: Uint8Array): Promise<{ file: Buffer; hasPages: boolean }> {
  const zip = await JSZip.loadAsync(bytes)
  if (zip.file('[Content_Types].xml') === null || zip.file(/^word\//).length === 0)
    throw unknownType()
  const parts = new JSZip()
  let hasPages = false
  for (const part of zip.file(/./).filter(({ name }) => isXmlPart(name))) {
    const xml = await part.async('string')
    hasPages ||= xml.search(drawnPageEnd) >= 0
    parts.file(part.name, xml.replaceAll(drawnPageEnd, `<w:t>${pageEnd}</w:t>`))
  }
  const file = await parts.generateAsync({ type: 'nodebuffer', compression: 'STORE' })
  return { file, hasPages }
}

/** The text of a Word file, by pages where it tells them. Throws AppError `document.*`. */
export async function readDocx(bytes: Uint8Array): Promise<{ pages: string[]; hasPages: boolean }> {
  try {
    await expectSmallZip(bytes)
    const { file, hasPages } = await textParts(bytes)
    const { value } = await mammoth.extractRawText({ buffer: file })
    return { pages: value.replaceAll(/\n{3,}/g, '\n\n').split(pageEnd), hasPages }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw brokenDocument(error)
  }
}
