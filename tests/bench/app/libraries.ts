import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openToWrite } from '../../../src-main/core/store/database-file.ts'
import { migrate, pendingMigrations } from '../../../src-main/core/store/migrate.ts'
import { Store } from '../../../src-main/core/store/store.ts'
import { fillLibrary } from '../random-library.ts'

/** A data folder of someone who has been welcomed, with 10,000 chats or none. */
export async function newDataFolder(isFull: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-bench-'))
  const file = join(folder, 'chats.db')
  const db = openToWrite(file)
  const steps = pendingMigrations(db)
  migrate(
    db,
    steps.filter(({ version }) => version < 30),
  )
  if (isFull) db.transaction(() => fillLibrary(db))()
  migrate(db, pendingMigrations(db))
  db.close()
  const store = await Store.open(file)
  store.ask('settings.write', { key: 'welcomed', value: true })
  store.ask('settings.write', { key: 'language', value: 'zh-CN' })
  store.close() // checked and closed, as the last use of the app left it
  return folder
}
