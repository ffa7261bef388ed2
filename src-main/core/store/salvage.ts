import type { Database } from 'better-sqlite3'

/** In the order in which rows refer to each other. The search index is made anew instead. */
const tables = [
  'chats',
  'messages',
  'settings',
  'drafts',
  'models',
  'downloads',
  'adapters',
] as const

/** How many reads may fail in one table; a page holds some ten rows, each costing a few reads. */
const failureLimit = 20_000

/** How many rows came over, and how many did not; `null` when that cannot be told. */
export interface Salvaged {
  rows: number
  lostRows: number | null
}

type Row = Record<string, unknown>

function columnsOf(db: Database, table: string): string[] {
  return db
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name)
}

/** `null` when the last page is broken. */
function highestRow(db: Database, table: string): number | null {
  try {
    const row = db.prepare<[], { n: number | null }>(`SELECT max(rowid) AS n FROM ${table}`).get()
    return row?.n ?? 0
  } catch {
    return null
  }
}

/** Reads ever smaller ranges of rows around what is broken, in the order of the rows. */
function* readableRows(
  db: Database,
  table: string,
  highest: number,
  onLost: (rows: number) => void,
) {
  const select = db.prepare<[number, number], Row>(
    `SELECT * FROM ${table} WHERE rowid BETWEEN ? AND ?`,
  )
  const ranges: [low: number, high: number][] = [[1, highest]]
  let failures = 0
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const [low, high] = range
    try {
      yield* select.all(low, high)
    } catch {
      failures += 1
      const middle = Math.floor((low + high) / 2)
      if (low === high || failures > failureLimit) onLost(high - low + 1)
      else ranges.push([middle + 1, high], [low, middle])
    }
  }
}

const holds = (row: Row, mark: string): boolean =>
  Object.values(row).some((value) => typeof value === 'string' && value.includes(mark))

function copyTable(from: Database, to: Database, table: string, gapMark?: string): Salvaged {
  const known = new Set(columnsOf(to, table))
  const columns = columnsOf(from, table).filter((name) => known.has(name))
  if (columns.length === 0) return { rows: 0, lostRows: 0 } // from before this table
  // Only what is there already is passed over; what breaks a rule of the table is told as lost.
  const insert = to.prepare(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})
     ON CONFLICT DO NOTHING`,
  )
  const salvaged = { rows: 0, lostRows: 0 }
  const highest = highestRow(from, table)
  const onLost = (rows: number) => (salvaged.lostRows += rows)
  for (const row of readableRows(from, table, highest ?? 2 ** 31, onLost))
    try {
      if (gapMark !== undefined && holds(row, gapMark)) salvaged.lostRows += 1
      else salvaged.rows += insert.run(columns.map((name) => row[name])).changes
    } catch {
      salvaged.lostRows += 1 // what was read is no such row: STRICT or a CHECK refuses it
    }
  return { rows: salvaged.rows, lostRows: highest === null ? null : salvaged.lostRows }
}

/**
 * Copies every row that can be read and is not there yet. Skips what is broken, and expects foreign
 * keys to be off in `to`, since a row may have lost what it refers to. `gapMark` stands in `from` where
 * something is not known.
 */
export function salvage(from: Database, to: Database, gapMark?: string): Salvaged {
  const total: Salvaged = { rows: 0, lostRows: 0 }
  for (const table of tables)
    try {
      const { rows, lostRows } = copyTable(from, to, table, gapMark)
      total.rows += rows
      total.lostRows =
        total.lostRows === null || lostRows === null ? null : total.lostRows + lostRows
    } catch {
      total.lostRows = null // not even the schema can be read
    }
  return total
}
