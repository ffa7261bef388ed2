import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { TextDecoderStream } from 'node:stream/web'
import { AppError } from '../../shared/errors.ts'

export type BatchFileKind = 'jsonl' | 'csv'

/** What a file holds, by its name. Throws AppError `batch.unknown_kind`. */
export function batchFileKind(file: string): BatchFileKind {
  const ending = extname(file).toLowerCase()
  if (ending === '.csv') return 'csv'
  if (ending === '.jsonl' || ending === '.ndjson') return 'jsonl'
  throw new AppError(
    'batch.unknown_kind',
    `${file} is neither a .jsonl nor a .csv file. Name it by what it holds.`,
  )
}

/** The text of a file, piece by piece. The stream fails with AppError `batch.unreadable`. */
export function textOf(file: string): Readable {
  const bytes = createReadStream(file)
  const text = Readable.toWeb(bytes).pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))
  return Readable.fromWeb(text)
}

/** What reading a file failed with, in words that help. */
export function unreadable(file: string, cause: unknown): unknown {
  if (cause instanceof AppError) return cause
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  const why =
    code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
      ? 'is not written in UTF-8. Save it as UTF-8'
      : `cannot be read (${cause instanceof Error ? cause.message : String(cause)}). Look at its name`
  return new AppError('batch.unreadable', `${file} ${why} and try again.`, { cause })
}
