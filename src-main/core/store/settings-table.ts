import type { Database } from 'better-sqlite3'
import { z } from 'zod'

/** A value as JSON holds it. */
export type Json = z.infer<ReturnType<typeof z.json>>

const json = z.json()

/** The app's settings by key. What a value means is for its reader to parse. */
export class SettingsTable {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  readAll(): Record<string, Json> {
    const rows = this.db
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM settings ORDER BY key')
      .all()
    return Object.fromEntries(rows.map(({ key, value }) => [key, json.parse(JSON.parse(value))]))
  }

  write(key: string, value: Json): void {
    this.db
      .prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)')
      .run(key, JSON.stringify(value))
  }
}
