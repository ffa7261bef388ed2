import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { SettingsTable } from './settings-table.ts'

const key = 'store.days_of_use'
const dayMs = 86_400_000
const daysSchema = z.array(z.number())

/** For so many days on which the app runs, what is in the trash can be had back. */
export const daysInTrash = 30

/**
 * Takes down that the app runs today, and returns the time before which something must have been put
 * into the trash to be deleted now; `null` while nothing is due.
 *
 * The computer's clock alone would do it wrong: set to a later year by mistake it would empty the trash
 * at once. So days on which the app ran are counted, in the order in which they came. A clock that
 * jumps adds one.
 */
export function noteDayOfUse(db: Database, nowMs: number): number | null {
  const settings = new SettingsTable(db)
  const stored = daysSchema.safeParse(settings.readAll()[key])
  const days = stored.success ? stored.data : []
  const today = Math.floor(nowMs / dayMs)
  if (!days.some((day) => Math.floor(day / dayMs) === today)) {
    days.push(nowMs)
    settings.write(key, days.slice(-daysInTrash))
  }
  const counted = days.slice(-daysInTrash)
  return counted.length < daysInTrash ? null : Math.min(...counted)
}
