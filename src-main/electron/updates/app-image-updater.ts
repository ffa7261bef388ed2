import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { AppImageUpdater } from 'electron-updater'

/**
 * Replaces an AppImage in one step. The library's own way deletes the old file first, so a crash or
 * a full disk at that moment would leave the person without an app.
 */
export class WholeAppImageUpdater extends AppImageUpdater {
  protected override doInstall(): boolean {
    const { APPIMAGE: target } = process.env
    const { installerPath } = this
    if (target === undefined || installerPath === null)
      throw new Error('This app does not run from an AppImage, or nothing was downloaded.')
    const draft = `${target}.new`
    try {
      copyFileSync(installerPath, draft) // it may lie on another disk
      chmodSync(draft, 0o755)
      const file = openSync(draft, 'r+')
      fsyncSync(file)
      closeSync(file)
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { force: true }) // a full disk needs the room
      throw error
    }
    spawn(target, [], { detached: true, stdio: 'ignore' }).unref()
    return true
  }
}
