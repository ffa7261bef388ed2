import type { Database } from 'better-sqlite3'
import { z } from 'zod'

/** A value as JSON holds it. */
export type Json = z.infer<ReturnType<typeof z.json>>

const json = z.json()

/** Undefined for what a damaged file holds in place of JSON. */
function parseStored(text: string): Json | undefined {
  try {
    return json.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The app's settings by key. What a value means is for its reader to parse. */
export class SettingsTable {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** A value that is no JSON is left out, so that its reader takes the default. */
  readAll(): Record<string, Json> {
    const rows = this.db
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM settings ORDER BY key')
      .all()
    const entries = rows.flatMap(({ key, value }) => {
      const parsed = parseStored(value)
      return parsed === undefined ? [] : [[key, parsed] as const]
    })
    return Object.fromEntries(entries)
  }

  write(key: string, value: Json): void {
    this.db
      .prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)')
      .run(key, JSON.stringify(value))
  }
}
