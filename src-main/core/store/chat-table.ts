import type { Database } from 'better-sqlite3'
import type {
  Chat,
  ChatCursor,
  ChatPage,
  ChatSettings,
  ChatView,
  TagCount,
} from '../../shared/chat.ts'
import { AppError } from '../../shared/errors.ts'
import type { ChatId } from '../../shared/ids.ts'
import { type ChatRow, chatOfRow, chatSettingsSchema, summaryOfRow } from './chat-rows.ts'
import type { Clock } from './clock.ts'

const conditions = {
  current: 'deleted_at IS NULL AND archived = 0',
  archived: 'deleted_at IS NULL AND archived = 1',
  trash: 'deleted_at IS NOT NULL',
} satisfies Record<ChatView, string>

/** The chats themselves: what the list shows. Their messages are in `MessageTable`. */
export class ChatTable {
  private readonly db: Database
  private readonly now: Clock

  constructor(db: Database, now: Clock) {
    this.db = db
    this.now = now
  }

  create(id: ChatId, title: string): Chat {
    const now = this.now()
    this.db
      .prepare('INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)')
      .run(id, title, now, now)
    return this.read(id)
  }

  read(id: ChatId): Chat {
    const row = this.db
      .prepare<[ChatId], ChatRow>(
        `SELECT chats.*, drafts.text AS draft
         FROM chats LEFT JOIN drafts ON drafts.chat_id = chats.id WHERE chats.id = ?`,
      )
      .get(id)
    if (row === undefined) throw chatNotFound()
    return chatOfRow(row)
  }

  /** Pinned chats first, then by the time of the last message, newest first. */
  list(view: ChatView, limit: number, after: ChatCursor | null, tag: string | null): ChatPage {
    const rows = this.db
      .prepare<(number | string)[], ChatRow>(
        `SELECT * FROM chats
         WHERE ${conditions[view]} ${after ? 'AND (pinned, updated_at, id) < (?, ?, ?)' : ''}
           ${tag === null ? '' : 'AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)'}
         ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?`,
      )
      .all(
        ...(after ? [Number(after.pinned), after.updatedAtMs, after.id] : []),
        ...(tag === null ? [] : [tag]),
        limit + 1,
      )
    const chats = rows.slice(0, limit).map(summaryOfRow)
    const last = chats.at(-1)
    const hasMore = rows.length > limit && last !== undefined
    const { pinned, updatedAtMs, id } = last ?? {}
    if (!hasMore || pinned === undefined || updatedAtMs === undefined || id === undefined)
      return { chats, next: null }
    return { chats, next: { pinned, updatedAtMs, id } }
  }

  rename(id: ChatId, title: string): void {
    this.update(id, 'title', title)
  }

  /** Names a chat that has no title yet. Returns whether it had none. */
  setTitleIfEmpty(id: ChatId, title: string): boolean {
    return (
      this.db.prepare(`UPDATE chats SET title = ? WHERE id = ? AND title = ''`).run(title, id)
        .changes > 0
    )
  }

  writeTags(id: ChatId, tags: string[]): void {
    this.update(id, 'tags', JSON.stringify([...new Set(tags)]))
  }

  /** The tags of all chats outside the trash, the most used first. */
  tagCounts(): TagCount[] {
    return this.db
      .prepare<[], TagCount>(
        `SELECT value AS tag, count(*) AS chats FROM chats, json_each(chats.tags)
         WHERE deleted_at IS NULL GROUP BY value ORDER BY chats DESC, tag`,
      )
      .all()
  }

  setPinned(id: ChatId, isPinned: boolean): void {
    this.update(id, 'pinned', Number(isPinned))
  }

  setArchived(id: ChatId, isArchived: boolean): void {
    this.update(id, 'archived', Number(isArchived))
  }

  moveToTrash(id: ChatId): void {
    this.update(id, 'deleted_at', this.now())
  }

  restore(id: ChatId): void {
    this.update(id, 'deleted_at', null)
  }

  writeSettings(id: ChatId, settings: ChatSettings): void {
    this.update(id, 'settings', JSON.stringify(chatSettingsSchema.parse(settings)))
  }

  /** An empty draft is none. */
  writeDraft(id: ChatId, text: string): void {
    this.read(id)
    if (text === '') this.db.prepare('DELETE FROM drafts WHERE chat_id = ?').run(id)
    else
      this.db.prepare('INSERT OR REPLACE INTO drafts (chat_id, text) VALUES (?, ?)').run(id, text)
  }

  /** The chats that were put into the trash before then. */
  trashedBefore(timeMs: number): ChatId[] {
    return this.db
      .prepare<[number], { id: ChatId }>('SELECT id FROM chats WHERE deleted_at < ?')
      .all(timeMs)
      .map(({ id }) => id)
  }

  private update(id: ChatId, column: string, value: string | number | null): void {
    const { changes } = this.db
      .prepare(`UPDATE chats SET ${column} = ? WHERE id = ?`)
      .run(value, id)
    if (changes === 0) throw chatNotFound()
  }
}

function chatNotFound(): AppError {
  return new AppError('chat.not_found', 'This chat is gone. Choose another one in the list.')
}
