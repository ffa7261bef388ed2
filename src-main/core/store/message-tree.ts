import type { Database } from 'better-sqlite3'
import type { Message } from '../../shared/chat.ts'
import { AppError } from '../../shared/errors.ts'
import type { ChatId, MessageId } from '../../shared/ids.ts'
import { type MessageRow, messageOfRow } from './chat-rows.ts'

/** The columns of a MessageRow. Versions of a message have the same parent, or none in one chat. */
const columns = `messages.*,
  (SELECT count(*) FROM messages AS other
   WHERE other.chat_id = messages.chat_id AND other.parent_id IS messages.parent_id)
    AS version_count,
  (SELECT count(*) FROM messages AS other
   WHERE other.chat_id = messages.chat_id AND other.parent_id IS messages.parent_id
     AND other.sequence <= messages.sequence) AS version`

/** The rows from a message up to the root, at most so many; all when that is negative. */
const wayUp = `WITH RECURSIVE path (sequence, parent_id, depth) AS (
    SELECT sequence, parent_id, 0 FROM messages WHERE id = ?
    UNION ALL
    SELECT messages.sequence, messages.parent_id, depth + 1
    FROM path JOIN messages ON messages.id = path.parent_id
    LIMIT ?
  )`

/** Reads the trees of messages; `MessageTable` writes them. */
export class MessageTree {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  readRow(id: MessageId): MessageRow {
    const row = this.db
      .prepare<[MessageId], MessageRow>(`SELECT ${columns} FROM messages WHERE id = ?`)
      .get(id)
    if (row === undefined)
      throw new AppError('message.not_found', 'This message is gone. Open the chat again.')
    return row
  }

  read(id: MessageId): Message {
    return messageOfRow(this.readRow(id))
  }

  /** The messages from the root to this one. */
  pathTo(id: MessageId): Message[] {
    return this.lastOf(id, -1)
  }

  /** The last messages of the way to this one, itself included, and how many come before them. */
  endOf(id: MessageId, last: number): { messages: Message[]; earlierCount: number } {
    const messages = this.lastOf(id, last)
    const count = this.db.prepare<[MessageId, number], number>(`${wayUp} SELECT count(*) FROM path`)
    const length = messages.length < last ? messages.length : (count.pluck().get(id, -1) ?? 0)
    return { messages, earlierCount: length - messages.length }
  }

  private lastOf(id: MessageId, limit: number): Message[] {
    return this.db
      .prepare<[MessageId, number], MessageRow>(
        `${wayUp} SELECT ${columns} FROM path JOIN messages USING (sequence) ORDER BY depth DESC`,
      )
      .all(id, limit)
      .map(messageOfRow)
  }

  /** The last reply of the way to a message; an unanswered question stands below that. */
  lastReplyTo(id: MessageId): MessageId | null {
    const { role, parent_id } = this.readRow(id)
    return role === 'assistant' ? id : parent_id
  }

  /** All versions of a message, itself included, oldest first. */
  versionsOf(id: MessageId): Message[] {
    const { chat_id, parent_id } = this.readRow(id)
    return this.db
      .prepare<[ChatId, MessageId | null], MessageRow>(
        `SELECT ${columns} FROM messages WHERE chat_id = ? AND parent_id IS ? ORDER BY sequence`,
      )
      .all(chat_id, parent_id)
      .map(messageOfRow)
  }

  /** A message and all below it, parents before their children. */
  subtree(id: MessageId): { sequence: number; text: string; status: Message['status'] }[] {
    return this.db
      .prepare<[MessageId], { sequence: number; text: string; status: Message['status'] }>(
        `WITH RECURSIVE below (id, chat_id, sequence) AS (
           SELECT id, chat_id, sequence FROM messages WHERE id = ?
           UNION ALL
           SELECT messages.id, messages.chat_id, messages.sequence
           FROM below JOIN messages
             ON messages.chat_id = below.chat_id AND messages.parent_id = below.id
         )
         SELECT messages.sequence, text, status FROM below JOIN messages USING (sequence)
         ORDER BY messages.sequence`,
      )
      .all(id)
  }

  /** The newest message with this parent, or at the root of a chat. */
  newestChild(chatId: ChatId, parentId: MessageId | null): MessageId | null {
    return (
      this.db
        .prepare<[ChatId, MessageId | null], { id: MessageId }>(
          `SELECT id FROM messages WHERE chat_id = ? AND parent_id IS ?
           ORDER BY sequence DESC LIMIT 1`,
        )
        .get(chatId, parentId)?.id ?? null
    )
  }

  /** Where one gets from a message by always taking the newest answer. */
  newestLeafBelow(id: MessageId): MessageId {
    const { chat_id } = this.readRow(id)
    let leaf = id
    for (let next = this.newestChild(chat_id, id); next; next = this.newestChild(chat_id, leaf))
      leaf = next
    return leaf
  }
}
