import type { Database } from 'better-sqlite3'
import type { ChatId } from '../../shared/ids.ts'
import { type ChatRow, chatOfRow, type MessageRow, messageOfRow } from './chat-rows.ts'
import type { MessageTable } from './message-table.ts'
import { treeFault, type WholeChat, type WholeMessage } from './whole-chat.ts'

/** What came of an import. */
export interface ImportOutcome {
  chats: number
  messages: number
  /** Those that were there already. */
  skipped: number
  /** Those that could not be added, with the reason as a clause. */
  refused: { title: string; reason: string }[]
}

/** Chats as a whole, with their trees: for files. */
export class WholeChatTable {
  private readonly db: Database
  private readonly messages: MessageTable

  constructor(db: Database, messages: MessageTable) {
    this.db = db
    this.messages = messages
  }

  read(chatIds: readonly ChatId[] | null): WholeChat[] {
    const chosen = chatIds && JSON.stringify(chatIds)
    return this.db
      .prepare<{ chosen: string | null }, ChatRow>(
        `SELECT chats.*, drafts.text AS draft
         FROM chats LEFT JOIN drafts ON drafts.chat_id = chats.id
         WHERE CASE WHEN @chosen IS NULL THEN deleted_at IS NULL
               ELSE chats.id IN (SELECT value FROM json_each(@chosen)) END
         ORDER BY updated_at DESC, chats.id DESC`,
      )
      .all({ chosen })
      .map((row) => this.wholeOf(row))
  }

  write(chats: WholeChat[]): ImportOutcome {
    const outcome: ImportOutcome = { chats: 0, messages: 0, skipped: 0, refused: [] }
    for (const chat of chats) {
      const reason = this.isKnown(chat.id) ? 'known' : (treeFault(chat) ?? this.tryInsert(chat))
      if (reason === 'known') outcome.skipped += 1
      else if (reason !== null) outcome.refused.push({ title: chat.title, reason })
      else {
        outcome.chats += 1
        outcome.messages += chat.messages.length
      }
    }
    return outcome
  }

  private wholeOf(row: ChatRow): WholeChat {
    const { id, title, createdAtMs, updatedAtMs, ...chat } = chatOfRow(row)
    const { pinned, archived, tags, settings, draft, activeLeafId } = chat
    const messages = this.db
      .prepare<[ChatId], MessageRow>(
        'SELECT *, 1 AS version, 1 AS version_count FROM messages WHERE chat_id = ? ORDER BY sequence',
      )
      .all(id)
      .map(wholeMessageOf)
    return {
      ...{ id, title, createdAtMs, updatedAtMs, pinned, archived, tags, settings, draft },
      ...{ activeLeafId, messages },
    }
  }

  private isKnown(id: ChatId): boolean {
    return this.db.prepare('SELECT 1 FROM chats WHERE id = ?').get(id) !== undefined
  }

  /** Adds a chat in a transaction of its own. Returns why it could not, as a clause. */
  private tryInsert(chat: WholeChat): string | null {
    const hasClash = this.db
      .prepare<[string]>('SELECT 1 FROM messages WHERE id IN (SELECT value FROM json_each(?))')
      .get(JSON.stringify(chat.messages.map(({ id }) => id)))
    if (hasClash !== undefined) return 'some of its messages belong to another chat'
    this.db.transaction(() => this.insert(chat))()
    return null
  }

  private insert(chat: WholeChat): void {
    this.db
      .prepare(
        `INSERT INTO chats (id, title, created_at, updated_at, pinned, archived, tags, settings)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[chat.id, chat.title, chat.createdAtMs, chat.updatedAtMs],
        ...[Number(chat.pinned), Number(chat.archived)],
        ...[JSON.stringify(chat.tags), JSON.stringify(chat.settings)],
      )
    for (const message of chat.messages) this.messages.add(chat.id, message)
    this.db
      .prepare('UPDATE chats SET active_leaf_id = ? WHERE id = ?')
      .run(chat.activeLeafId, chat.id)
    if (chat.draft !== '')
      this.db.prepare('INSERT INTO drafts (chat_id, text) VALUES (?, ?)').run(chat.id, chat.draft)
  }
}

function wholeMessageOf(row: MessageRow): WholeMessage {
  const { id, parentId, role, text, status, createdAtMs, ...message } = messageOfRow(row)
  const { model, seed, statistics, failure, sampling, documents, adapter } = message
  return {
    ...{ id, parentId, role, text, createdAtMs, model, seed, statistics, failure, sampling },
    status: status === 'writing' ? 'interrupted' : status,
    ...(documents === undefined ? {} : { documents }),
    ...(adapter === undefined ? {} : { adapter }),
  }
}
