import type { Session } from 'electron'

/**
 * Chromium fetches a dictionary from its maker at the first start, even where no window checks
 * spelling, unless it is told not to before it has found out that it has none: as soon as the app is
 * ready.
 */
export function turnOffSpellChecker(session: Session): void {
  session.setSpellCheckerLanguages([])
  session.setSpellCheckerEnabled(false)
}
