import type { Session } from 'electron'

/** What the copy buttons need; nothing else of the computer is open to the renderer. */
const allowed = ['clipboard-sanitized-write']

/** Denies every permission but writing text to the clipboard. */
export function restrictPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(allowed.includes(permission)),
  )
  session.setPermissionCheckHandler((_contents, permission) => allowed.includes(permission))
  session.setDevicePermissionHandler(() => false)
}
