import type { Database } from 'better-sqlite3'
import { AdapterTable } from './adapter-table.ts'
import { backUpDaily } from './backups.ts'
import { ChatTable } from './chat-table.ts'
import type { Clock } from './clock.ts'
import { noteDayOfUse } from './days-of-use.ts'
import { flushLog } from './database-file.ts'
import { MessageTable } from './message-table.ts'
import { type CopyCheck, isSoundCopy } from './copy-check.ts'
import { DownloadTable } from './download-table.ts'
import { ModelTable } from './model-table.ts'
import { openDatabase } from './open-database.ts'
import type { OpenReport } from '../../shared/open-report.ts'
import { SearchIndex } from './search-index.ts'
import { SettingsTable } from './settings-table.ts'
import { WholeChatTable } from './whole-chat-table.ts'
import { leaveSoundMark } from './sound-mark.ts'
import { isDamage, storeFailure } from './store-failure.ts'
import { type StoreHandlers, storeHandlers } from './store-handlers.ts'
import {
  staleConversationsKey,
  type StoreOperation,
  type StoreParams,
  type StoreResult,
} from './store-operations.ts'

/**
 * The operations after which deleted text may still stand in the log, and in what the engine keeps of
 * conversations.
 */
const deleting = new Set<StoreOperation>(['chat.purge', 'chat.empty_trash', 'message.delete'])

/** The store itself, without a thread around it. All of it runs where it was opened. */
export class Store {
  readonly report: OpenReport
  private readonly db: Database
  private readonly handlers: StoreHandlers
  private readonly settings: SettingsTable
  private readonly now: Clock
  private readonly isWholeCopy: CopyCheck
  /** Set when something broken was read: then the next start must check the file. */
  private isDamaged = false

  private constructor(
    db: Database,
    handlers: StoreHandlers,
    report: OpenReport,
    now: Clock,
    isWholeCopy: CopyCheck,
  ) {
    this.db = db
    this.handlers = handlers
    this.settings = new SettingsTable(db)
    this.report = report
    this.now = now
    this.isWholeCopy = isWholeCopy
  }

  /**
   * Opens or creates the file. Throws AppError; another process may have it open. `isWholeCopy` checks
   * the backup of the day.
   */
  static async open(
    file: string,
    now: Clock = Date.now,
    isWholeCopy: CopyCheck = isSoundCopy,
  ): Promise<Store> {
    try {
      const { db, isReadOnly, recovery } = await openDatabase(file, now)
      const messages = new MessageTable(db, new SearchIndex(db), now)
      const interruptedReplies = isReadOnly
        ? 0
        : db.transaction(() => messages.endInterrupted()).immediate()
      const handlers = storeHandlers({
        chats: new ChatTable(db, now),
        messages,
        downloads: new DownloadTable(db),
        models: new ModelTable(db),
        adapters: new AdapterTable(db),
        search: new SearchIndex(db),
        settings: new SettingsTable(db),
        whole: new WholeChatTable(db, messages),
      })
      const report = { isReadOnly, interruptedReplies, recovery }
      return new Store(db, handlers, report, now, isWholeCopy)
    } catch (error) {
      throw storeFailure(error, file)
    }
  }

  /** Runs one operation in a transaction. Throws AppError; then nothing has changed. */
  ask<O extends StoreOperation>(operation: O, params: StoreParams<O>): StoreResult<O> {
    try {
      const result = this.db.transaction(() => this.handle(operation, params))()
      if (deleting.has(operation)) flushLog(this.db)
      return result
    } catch (error) {
      this.isDamaged ||= isDamage(error)
      throw storeFailure(error, this.report.isReadOnly ? undefined : this.file)
    }
  }

  /**
   * What is due once a day and at the start: makes the backup of the day unless it is there, and
   * purges what has been in the trash for 30 days of use. Tells how many chats that were, before it
   * makes the backup. The store can be used meanwhile.
   */
  async doDailyWork(onPurged?: (chats: number) => void): Promise<void> {
    if (this.report.isReadOnly) return
    const trashedBeforeMs = this.db.transaction(() => noteDayOfUse(this.db, this.now()))()
    if (trashedBeforeMs !== null) {
      const chats = this.ask('chat.empty_trash', { trashedBeforeMs })
      onPurged?.(chats)
    }
    await this.backUpDaily()
  }

  /** Makes the backup of the day unless it is there. A copy that is not whole tells of damage. */
  async backUpDaily(): Promise<void> {
    if (this.report.isReadOnly) return
    try {
      await backUpDaily(this.db, this.now(), this.isWholeCopy)
    } catch (error) {
      this.isDamaged ||= isDamage(error)
      throw error
    }
  }

  /** What the engine keeps of the deleted goes later; the note of it is as durable as the deletion. */
  private handle<O extends StoreOperation>(operation: O, params: StoreParams<O>): StoreResult<O> {
    const result = this.handlers[operation](params)
    const isNothing = operation === 'chat.empty_trash' && result === 0
    if (deleting.has(operation) && !isNothing) this.settings.write(staleConversationsKey, true)
    return result
  }

  /** The file that it was opened with. */
  get file(): string {
    return this.db.name
  }

  get isOpen(): boolean {
    return this.db.open
  }

  /** Ends it, and spares the next start the check unless something broken was seen. */
  close(): void {
    if (!this.db.open) return
    this.db.close()
    if (!this.isDamaged && !this.report.isReadOnly) leaveSoundMark(this.file)
  }
}
