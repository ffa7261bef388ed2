import type { Database } from 'better-sqlite3'

const pageSize = 1000

/** What the search index holds of a message. */
export interface EndedMessage {
  sequence: number
  text: string
}

/** The messages that belong into the index, in order, and never all of them in memory. */
export function* endedMessages(db: Database): Generator<EndedMessage> {
  const page = db.prepare<[number, number], EndedMessage>(
    `SELECT sequence, text FROM messages
     WHERE status <> 'writing' AND sequence > ? ORDER BY sequence LIMIT ?`,
  )
  let rows: EndedMessage[] = []
  do {
    rows = page.all(rows.at(-1)?.sequence ?? 0, pageSize)
    yield* rows
  } while (rows.length === pageSize)
}
