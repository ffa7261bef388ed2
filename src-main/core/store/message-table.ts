import type { Database } from 'better-sqlite3'
import type { AdapterChoice } from '../../shared/adapters.ts'
import type { Exchange, Message, ReplyEnd } from '../../shared/chat.ts'
import type { MessageDocument } from '../../shared/documents.ts'
import type { GenerateStatistics, SamplingOptions } from '../../shared/engine-api.ts'
import { AppError, type AppFailure } from '../../shared/errors.ts'
import { type ChatId, type MessageId, newMessageId } from '../../shared/ids.ts'
import type { MessageRow } from './chat-rows.ts'
import type { Clock } from './clock.ts'
import type { EndedMessage } from './ended-messages.ts'
import { MessageTree } from './message-tree.ts'
import type { SearchIndex } from './search-index.ts'

/** A question, and the reply that is about to be written. The caller makes both ids. */
export interface NewExchange {
  questionId: MessageId
  replyId: MessageId
  text: string
  /** What will write the reply. */
  model: string | null
  sampling?: SamplingOptions | null
  /** None when it is absent. */
  adapter?: AdapterChoice | null
  documents?: MessageDocument[]
}

/** How a reply ended, with its whole text. */
export interface FinishedReply {
  text: string
  end: ReplyEnd
  statistics: GenerateStatistics | null
  failure?: AppFailure | null
}

/** Who writes a reply, and how. */
type Author = Pick<NewExchange, 'model' | 'sampling' | 'adapter'>

/**
 * Writes messages. Every call belongs into a transaction, which its caller opens. A reply is in
 * the search index from its end on, so that each checkpoint does not index it anew.
 */
export class MessageTable {
  readonly tree: MessageTree
  private readonly db: Database
  private readonly index: SearchIndex
  private readonly now: Clock

  constructor(db: Database, index: SearchIndex, now: Clock) {
    this.tree = new MessageTree(db)
    this.db = db
    this.index = index
    this.now = now
  }

  /** Puts an exchange below a reply, or at the root, and shows it. */
  append(chatId: ChatId, parentId: MessageId | null, exchange: NewExchange): Exchange {
    if (parentId !== null) this.expectRole(parentId, 'assistant', chatId)
    const { questionId, replyId, text, documents = [] } = exchange
    const fields = { chatId, text, status: 'done', model: null, documents } as const
    const sequence = this.insert({ ...fields, id: questionId, parentId, role: 'user' })
    this.index.add(sequence, text)
    return {
      question: this.tree.read(questionId),
      reply: this.startReply(chatId, questionId, replyId, exchange),
    }
  }

  /** Puts another version beside a question, with its documents and a reply of its own. */
  edit(id: MessageId, exchange: NewExchange): Exchange {
    const { chat_id, parent_id } = this.expectRole(id, 'user')
    const { documents = [] } = this.tree.read(id)
    return this.append(chat_id, parent_id, { ...exchange, documents })
  }

  /** Starts another version beside a reply. */
  regenerate(id: MessageId, replyId: MessageId, author: Author): Message {
    const { chat_id, parent_id } = this.expectRole(id, 'assistant')
    return this.startReply(chat_id, parent_id, replyId, author)
  }

  /** Saves a reply as far as it has come. */
  checkpoint(id: MessageId, text: string): void {
    const { changes } = this.db
      .prepare(`UPDATE messages SET text = ? WHERE id = ? AND status = 'writing'`)
      .run(text, id)
    if (changes === 0)
      throw new AppError('message.not_writing', 'This reply has ended already; ask for a new one.')
  }

  finish(id: MessageId, { text, end, statistics, failure = null }: FinishedReply): void {
    this.checkpoint(id, text)
    this.db
      .prepare('UPDATE messages SET status = ?, statistics = ?, failure = ?, seed = ? WHERE id = ?')
      .run(
        end,
        statistics && JSON.stringify(statistics),
        failure && JSON.stringify(failure),
        statistics?.seed ?? null,
        id,
      )
    this.index.add(this.tree.readRow(id).sequence, text)
  }

  /** Lets a reply that had ended be written on. */
  resume(id: MessageId): void {
    const { sequence, text, status } = this.expectRole(id, 'assistant')
    if (status === 'writing') return
    this.index.remove(sequence, text)
    this.db.prepare(`UPDATE messages SET status = 'writing', failure = NULL WHERE id = ?`).run(id)
  }

  /** Shows the branch of a message, down to the newest end. */
  choose(id: MessageId): void {
    this.show(this.tree.readRow(id).chat_id, this.tree.newestLeafBelow(id))
  }

  /** Copies the way to a message into a chat that has no messages yet. */
  copyPath(id: MessageId, into: ChatId): void {
    let parentId: MessageId | null = null
    for (const message of this.tree.pathTo(id)) {
      const status: Message['status'] =
        message.status === 'writing' ? 'interrupted' : message.status
      const copy: NewRow = { ...message, id: newMessageId(), chatId: into, parentId, status }
      this.index.add(this.insert(copy), message.text)
      parentId = copy.id
    }
    if (parentId !== null) this.show(into, parentId)
  }

  /** Adds a message as it is, with all its details. */
  add(chatId: ChatId, message: Omit<Message, 'chatId' | 'version' | 'versionCount'>): void {
    this.index.add(this.insert({ ...message, chatId }), message.text)
  }

  /** Ends the replies that a crash left unfinished, keeping their text. Returns how many. */
  endInterrupted(): number {
    const rows = this.db
      .prepare<[], { id: MessageId; text: string }>(
        `SELECT id, text FROM messages WHERE status = 'writing'`,
      )
      .all()
    for (const { id, text } of rows)
      this.finish(id, { text, end: 'interrupted', statistics: null, failure: null })
    return rows.length
  }

  /** Deletes chats, all that was said in them, and every trace in the index. */
  purgeChats(chatIds: readonly ChatId[]): void {
    const chosen = JSON.stringify(chatIds)
    const rows = this.db
      .prepare<[string], EndedMessage>(
        `SELECT sequence, text FROM messages
         WHERE chat_id IN (SELECT value FROM json_each(?)) AND status <> 'writing'
         ORDER BY sequence`,
      )
      .all(chosen)
    this.index.removeAll(rows)
    for (const [table, column] of [
      ['messages', 'chat_id'],
      ['chats', 'id'],
    ] as const)
      this.db
        .prepare(`DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`)
        .run(chosen)
  }

  /** Deletes a message and all below it, and shows the newest branch that is left beside it. */
  delete(id: MessageId): void {
    const { chat_id, parent_id } = this.tree.readRow(id)
    const rows = this.tree.subtree(id)
    this.index.removeAll(rows.filter(({ status }) => status !== 'writing'))
    this.db.prepare('UPDATE chats SET active_leaf_id = NULL WHERE id = ?').run(chat_id)
    const remove = this.db.prepare('DELETE FROM messages WHERE sequence = ?')
    for (const { sequence } of rows.toReversed()) remove.run(sequence)
    const rest = this.tree.newestChild(chat_id, parent_id) ?? parent_id
    if (rest !== null) this.show(chat_id, this.tree.newestLeafBelow(rest))
  }

  private startReply(
    chatId: ChatId,
    parentId: MessageId | null,
    id: MessageId,
    { model, sampling = null, adapter }: Author,
  ): Message {
    const reply = { id, chatId, parentId, role: 'assistant', text: '', status: 'writing' } as const
    this.insert({ ...reply, model, sampling, ...(adapter ? { adapter } : {}) })
    this.show(chatId, id)
    this.db.prepare('UPDATE chats SET updated_at = ? WHERE id = ?').run(this.now(), chatId)
    return this.tree.read(id)
  }

  private insert(row: NewRow): number {
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO messages
           (id, chat_id, parent_id, role, text, status, created_at, model, seed,
            statistics, failure, sampling, documents, adapter)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[row.id, row.chatId, row.parentId, row.role, row.text, row.status],
        ...[row.createdAtMs ?? this.now(), row.model, row.seed ?? null],
        ...[row.statistics, row.failure, row.sampling].map((value) =>
          value ? JSON.stringify(value) : null,
        ),
        row.documents && row.documents.length > 0 ? JSON.stringify(row.documents) : null,
        row.adapter ? JSON.stringify(row.adapter) : null,
      )
    return Number(lastInsertRowid)
  }

  private show(chatId: ChatId, leafId: MessageId): void {
    this.db.prepare('UPDATE chats SET active_leaf_id = ? WHERE id = ?').run(leafId, chatId)
  }

  private expectRole(id: MessageId, role: Message['role'], chatId?: ChatId): MessageRow {
    const row = this.tree.readRow(id)
    if (row.role !== role || (chatId !== undefined && row.chat_id !== chatId))
      throw new AppError('message.wrong_place', 'Nothing can be added here. Open the chat again.')
    return row
  }
}

type NewRow = Pick<Message, 'id' | 'chatId' | 'parentId' | 'role' | 'text' | 'status' | 'model'> &
  Partial<
    Pick<
      Message,
      'createdAtMs' | 'seed' | 'statistics' | 'failure' | 'sampling' | 'documents' | 'adapter'
    >
  >
