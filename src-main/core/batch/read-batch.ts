import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { z } from 'zod'
import { batchItem, type BadLine, type BatchItem } from './batch-item.ts'
import { batchFileKind, textOf, unreadable } from './batch-file.ts'

type Line = BatchItem | BadLine

function readLine(line: number, text: string): Line {
  try {
    return batchItem(line, JSON.parse(text))
  } catch {
    return { type: 'bad', line, problem: 'It is not valid JSON.' }
  }
}

async function* readJsonLines(file: string): AsyncGenerator<Line> {
  let line = 0
  const input = textOf(file)
  const lines = createInterface({ input, crlfDelay: Infinity })
  // Readline does not tell of what it reads from.
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  failed.catch(() => undefined)
  const iterator = lines[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([iterator.next(), failed])
    if (next.done === true) return
    line += 1
    const text = next.value.trim()
    if (text !== '') yield readLine(line, text)
  }
}

const csvRow = z.object({
  record: z.record(z.string(), z.string()),
  info: z.object({ lines: z.int() }),
})

/** Numbers and switches of a table, as the API takes them. */
function valueOf(column: string, text: string): unknown {
  if (['id', 'prompt', 'system'].includes(column)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function* readTable(file: string): AsyncGenerator<Line> {
  const options = { bom: true, columns: true, info: true, skip_empty_lines: true }
  const parser = parse({ ...options, relax_column_count: true })
  pipeline(textOf(file), parser, () => undefined) // a failure comes out of the loop below
  for await (const row of parser) {
    const { record, info } = csvRow.parse(row)
    const given = Object.entries(record).filter(([, text]) => text !== '')
    const value = Object.fromEntries(given.map(([name, text]) => [name, valueOf(name, text)]))
    yield batchItem(info.lines, value)
  }
}

/** The requests of a file, and what is none. Throws AppError `batch.*` for the file as a whole. */
export async function* readBatch(file: string): AsyncGenerator<Line> {
  const lineOfId = new Map<string, number>()
  try {
    for await (const one of batchFileKind(file) === 'csv' ? readTable(file) : readJsonLines(file)) {
      const earlier = one.type === 'item' ? lineOfId.get(one.id) : undefined
      if (one.type === 'item' && earlier !== undefined) {
        const problem = `Its id "${one.id}" is that of line ${earlier}, too.`
        yield { type: 'bad', line: one.line, problem }
        continue
      }
      if (one.type === 'item') lineOfId.set(one.id, one.line)
      yield one
    }
  } catch (error) {
    throw unreadable(file, error)
  }
}
