import { analyse } from 'chardet'
import iconv from 'iconv-lite'
import { unknownType } from './document-errors.ts'

/** So much is looked at to tell an encoding. */
const sampleBytes = 256 * 1024

/** What the app's readers have files in; a detector that may choose any takes short texts for Greek. */
const encodings = ['GB18030', 'Big5', 'Shift_JIS', 'EUC-JP', 'EUC-KR', 'windows-1252']
/** What it says of bytes that may be anything; a few characters tell no more. */
const noConfidence = 10

/** Text has hardly any control characters but white space; logs have some, for colours. */
const controls = /[^\P{Cc}\s]/gu
const mostControls = 0.02

function markedEncoding(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return null
}

function asUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null // in another encoding
  }
}

function likelyEncoding(bytes: Uint8Array): string {
  const found = analyse(bytes.subarray(0, sampleBytes)).find(
    ({ name, confidence }) => encodings.includes(name) && confidence > noConfidence,
  )
  if (found) return found.name
  return iconv.decode(Buffer.from(bytes), 'GB18030').includes('\uFFFD') ? 'windows-1252' : 'GB18030'
}

/** Reads a file of plain text in whichever encoding it is. Throws AppError for what is no text. */
export function readText(bytes: Uint8Array): string {
  const marked = markedEncoding(bytes)
  const text =
    (marked === null ? asUtf8(bytes) : null) ??
    iconv.decode(Buffer.from(bytes), marked ?? likelyEncoding(bytes))
  if ((text.match(controls)?.length ?? 0) <= text.length * mostControls) return text
  throw unknownType()
}
