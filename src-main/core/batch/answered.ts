import { open, readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { csvHead, jsonLineStart } from './batch-answer.ts'
import { batchFileKind } from './batch-file.ts'

/** What an earlier run has written whole. */
interface Answered {
  ids: Set<string>
  /** Bytes; what stands behind was cut off in the middle. */
  wholeBytes: number
}

const newline = 0x0a
const answer = z.object({ custom_id: z.string() })
const row = z.array(z.string())

const notOurs = (file: string): AppError =>
  new AppError(
    'batch.output_exists',
    `${file} is there already and holds no answers of a batch. Choose another name.`,
  )

function answeredLines(file: string, bytes: Buffer): Answered {
  const wholeBytes = bytes.lastIndexOf(newline) + 1
  const cut = bytes.subarray(wholeBytes).toString('utf8')
  if (!cut.startsWith(jsonLineStart.slice(0, cut.length))) throw notOurs(file)
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  const ids = lines.map((line) => {
    try {
      return answer.parse(JSON.parse(line)).custom_id
    } catch {
      throw notOurs(file)
    }
  })
  return { ids: new Set(ids), wholeBytes }
}

/** A row counts once its line break is there; a quote that was opened and cut off holds it back. */
function answeredRows(file: string, bytes: Buffer): Answered {
  const head = Buffer.from(csvHead)
  const begin = bytes.subarray(0, head.length)
  if (!begin.equals(head.subarray(0, begin.length))) throw notOurs(file)
  if (begin.length < head.length) return { ids: new Set(), wholeBytes: 0 }
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
  return { ids, wholeBytes }
}

/**
 * The ids that an output file answers already; what was cut off at its end is taken away. Throws
 * AppError `batch.output_exists` when the file is something else.
 */
export async function readAnswered(file: string): Promise<Set<string>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null || bytes.length === 0) return new Set()
  const read = batchFileKind(file) === 'csv' ? answeredRows : answeredLines
  const { ids, wholeBytes } = read(file, bytes)
  if (wholeBytes === bytes.length) return ids
  const handle = await open(file, 'r+')
  await handle.truncate(wholeBytes).finally(() => handle.close())
  return ids
}
