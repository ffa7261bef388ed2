import type { Database } from 'better-sqlite3'
import type { SearchHit, TextRange, TitleHit } from '../../shared/chat.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import { type ChatRow, summaryOfRow } from './chat-rows.ts'
import type { EndedMessage } from './ended-messages.ts'
import {
  matchesOf,
  matchExpression,
  parseQuery,
  roughMatcher,
  type SearchQuery,
  wideExpression,
} from './search-query.ts'
import { indexedTerms } from './search-terms.ts'

/** How much of a message a hit shows, in UTF-16 units: before the first match, and in all. */
const leadLength = 40
const excerptLength = 200

/** So much text is looked through for the first hit and for each further one, in UTF-16 units. */
const firstLookLength = 20_000
const lookLengthForHit = 2_000

/** So many titles are looked through at once for what a query needs. */
const titlesInLook = 200

/** How much of the file is written anew in the time that the removal of one character takes. */
const bytesForOneCharacter = 2500

interface HitRow {
  sequence: number
  id: MessageId
  chat_id: ChatId
  title: string
  role: SearchHit['role']
  created_at: number
  text: string
}

function excerptOf(text: string, matches: TextRange[]) {
  let start = Math.max(0, (matches[0]?.start ?? 0) - leadLength)
  if (/^[\udc00-\udfff]/.test(text.slice(start))) start -= 1 // never half a character
  let end = Math.min(text.length, start + excerptLength)
  if (/[\ud800-\udbff]$/.test(text.slice(start, end))) end -= 1
  const highlights = matches
    .filter((match) => match.start < end)
    .map((match) => ({ start: match.start - start, end: Math.min(match.end, end) - start }))
  return { excerpt: text.slice(start, end), excerptOffset: start, highlights }
}

function hitOf(row: HitRow, matches: TextRange[]): SearchHit {
  return {
    ...{ position: row.sequence, chatId: row.chat_id, chatTitle: row.title },
    ...{ messageId: row.id, role: row.role, createdAtMs: row.created_at },
    ...excerptOf(row.text, matches),
  }
}

/** Finds messages by their words. Whoever writes a message's final text tells it here. */
export class SearchIndex {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  add(sequence: number, text: string): void {
    this.db
      .prepare('INSERT INTO message_search (rowid, terms) VALUES (?, ?)')
      .run(sequence, indexedTerms(text))
  }

  /** The index keeps no text, so it must be told the very text that it was given. */
  remove(sequence: number, text: string): void {
    this.db
      .prepare(`INSERT INTO message_search (message_search, rowid, terms) VALUES ('delete', ?, ?)`)
      .run(sequence, indexedTerms(text))
  }

  /**
   * Removes messages, which must come in their order: FTS5 writes all it has gathered to the disk
   * when a row comes before the last one.
   *
   * Its `secure-delete` searches the index for each term of each row, so much text takes many
   * seconds. To write the whole index anew without the removed rows is quicker then; the cost of
   * that goes with the size of the file.
   */
  removeAll(rows: EndedMessage[]): void {
    const removedLength = rows.reduce((sum, { text }) => sum + text.length, 0)
    const isMuch = removedLength * bytesForOneCharacter > this.fileSizeBytes()
    if (isMuch) this.setSecureDelete(0)
    for (const { sequence, text } of rows) this.remove(sequence, text)
    if (!isMuch) return
    this.db.exec(`INSERT INTO message_search (message_search) VALUES ('optimize')`)
    this.setSecureDelete(1)
  }

  private setSecureDelete(value: 0 | 1): void {
    this.db.exec(
      `INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', ${value})`,
    )
  }

  private fileSizeBytes(): number {
    const pageCount = Number(this.db.pragma('page_count', { simple: true }))
    return pageCount * Number(this.db.pragma('page_size', { simple: true }))
  }

  /** Chats outside the trash whose title has all words of the query, the latest first. */
  findTitles(text: string, limit: number): TitleHit[] {
    const query = parseQuery(text)
    if (query.length === 0) return []
    const mayMatch = roughMatcher(query)
    const hits: TitleHit[] = []
    const titles = this.db
      .prepare<[], [row: number, title: string]>(
        `SELECT rowid, title FROM chats WHERE deleted_at IS NULL ORDER BY updated_at DESC, id`,
      )
      .raw()
      .all()
    const read = this.db.prepare<[number], ChatRow>('SELECT * FROM chats WHERE rowid = ?')
    for (let from = 0; from < titles.length; from += titlesInLook) {
      const some = titles.slice(from, from + titlesInLook)
      // To bring many titles into one form at once is much quicker than one by one.
      if (!mayMatch(some.map(([, title]) => title).join('\n'))) continue
      for (const [row, title] of some) {
        const highlights = mayMatch(title) ? matchesOf(query, title) : null
        const chat = highlights && read.get(row)
        if (chat) hits.push({ chat: summaryOfRow(chat), highlights })
        if (hits.length === limit) return hits
      }
    }
    return hits
  }

  /** The newest hits below `before` first, leaving out the trash. */
  find(text: string, limit: number, before = Number.MAX_SAFE_INTEGER): SearchHit[] {
    const query = parseQuery(text)
    if (query.length === 0) return []
    const found = this.findAmongNewest(query, limit, before)
    if (found) return found
    const rows = this.hitsOf().all(matchExpression(query), before, limit)
    return rows.map((row) => hitOf(row, matchesOf(query, row.text) ?? []))
  }

  /**
   * Looks through the newest messages that may match, which is quicker where many do. Null when the
   * hits are further apart.
   */
  private findAmongNewest(query: SearchQuery, limit: number, before: number): SearchHit[] | null {
    const expression = wideExpression(query)
    if (expression === null) return null
    const mayMatch = roughMatcher(query)
    const hits: SearchHit[] = []
    let leftLength = firstLookLength
    for (const row of this.hitsOf().iterate(expression, before, -1)) {
      leftLength -= row.text.length
      const matches = mayMatch(row.text) ? matchesOf(query, row.text) : null
      if (matches) {
        hits.push(hitOf(row, matches))
        leftLength += lookLengthForHit
      }
      if (hits.length === limit) return hits
      if (leftLength < 0) return null
    }
    return hits
  }

  /** Statement that gives the rows of an expression, the newest first; all when the limit is negative. */
  private hitsOf() {
    return this.db.prepare<[string, number, number], HitRow>(
      // CROSS JOIN: the index comes first, whose rows arrive in order, so that LIMIT ends early.
      `SELECT messages.sequence, messages.id, chat_id, title, role, messages.created_at, text
       FROM message_search
         CROSS JOIN messages ON messages.sequence = message_search.rowid
         CROSS JOIN chats ON chats.id = messages.chat_id
       WHERE message_search MATCH ? AND message_search.rowid < ? AND deleted_at IS NULL
       ORDER BY message_search.rowid DESC LIMIT ?`,
    )
  }
}
