import type { Database } from 'better-sqlite3'
import { allMigrations } from './migrations/all-migrations.ts'
import type { Migration } from './migrations/migration.ts'

/** The migrations that a database still lacks, in order. */
export function pendingMigrations(
  db: Database,
  migrations: readonly Migration[] = allMigrations,
): Migration[] {
  const current = Number(db.pragma('user_version', { simple: true }))
  return migrations.filter(({ version }) => version > current)
}

/** Runs migrations, each in a transaction with its number: a crash leaves it done or not begun. */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  for (const migration of migrations)
    db.transaction(() => {
      migration.up(db)
      db.pragma(`user_version = ${migration.version}`)
    }).immediate()
}
