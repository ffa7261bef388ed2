import { chats } from './0010-chats.ts'
import { settings } from './0020-settings.ts'
import { search } from './0030-search.ts'
import { details } from './0040-details.ts'
import { downloads } from './0050-downloads.ts'
import { documents } from './0060-documents.ts'
import { adapters } from './0070-adapters.ts'
import type { Migration } from './migration.ts'

/** Every migration, in the order of their versions. */
export const allMigrations: readonly Migration[] = [
  chats,
  settings,
  search,
  details,
  downloads,
  documents,
  adapters,
]

/** What the file's `user_version` is once all have run. */
export const latestVersion = Math.max(...allMigrations.map(({ version }) => version))
