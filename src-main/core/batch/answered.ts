import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { type Kept, splitLines } from '../resumable/growing-file.ts'
import { csvHead, jsonLineStart } from './batch-answer.ts'
import { batchFileKind } from './batch-file.ts'

const newline = 0x0a
const answer = z.object({ custom_id: z.string() })
const row = z.array(z.string())

const notOurs = (file: string): AppError =>
  new AppError(
    'batch.output_exists',
    `${file} is there already and holds no answers of a batch. Choose another name.`,
  )

function answeredLines(file: string, bytes: Buffer): Kept<Set<string>> {
  const { lines, wholeBytes, cut } = splitLines(bytes)
  if (!cut.startsWith(jsonLineStart.slice(0, cut.length))) throw notOurs(file)
  const ids = lines.map((line) => {
    try {
      return answer.parse(JSON.parse(line)).custom_id
    } catch {
      throw notOurs(file)
    }
  })
  return { earlier: new Set(ids), wholeBytes }
}

/** A row counts once its line break is there; a quote that was opened and cut off holds it back. */
function answeredRows(file: string, bytes: Buffer): Kept<Set<string>> {
  const head = Buffer.from(csvHead)
  const begin = bytes.subarray(0, head.length)
  if (!begin.equals(head.subarray(0, begin.length))) throw notOurs(file)
  if (begin.length < head.length) return { earlier: new Set(), wholeBytes: 0 }
  const ids = new Set<string>()
  let wholeBytes = head.length
  // Every row ends with a line break outside of quotes, so quotes before it come in pairs.
  let isQuoted = false
  for (let at = head.length; at < bytes.length; at++) {
    if (bytes[at] === 0x22) isQuoted = !isQuoted
    if (bytes[at] === newline && !isQuoted) wholeBytes = at + 1
  }
  const rows: unknown = parse(bytes.subarray(head.length, wholeBytes))
  for (const [id = ''] of z.array(row).parse(rows)) ids.add(id)
  return { earlier: ids, wholeBytes }
}

/** The ids that an output file answers. Throws AppError `batch.output_exists` for another file. */
export const readAnswered = (file: string, bytes: Buffer): Kept<Set<string>> =>
  (batchFileKind(file) === 'csv' ? answeredRows : answeredLines)(file, bytes)
