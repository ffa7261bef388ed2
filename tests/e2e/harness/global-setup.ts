import { ensureApp } from '../../../build/setup/app-build.ts'
import { ensureTestElectron } from '../../../build/setup/test-electron.ts'
import { installedElectron } from '../../../build/setup/electron-program.ts'

/**
 * Builds the app when its sources changed and fetches what it runs in. `CHATGLM_KEEP_BUILD` tests
 * the build that is there, while somebody is in the middle of a change.
 */
export default async function setUp(): Promise<void> {
  if (process.env['CHATGLM_KEEP_BUILD'] === undefined) await ensureApp()
  if (installedElectron() === null) await ensureTestElectron()
}
