/** Where a shortcut works: everywhere, in the list, while a question or code is written. */
export type ShortcutScope = 'app' | 'list' | 'composer' | 'code'

export type ShortcutId = (typeof shortcuts)[number]['id']

/**
 * Every shortcut of the app, once: the handler, the menus, the table in the settings and the README
 * read this list. `mod` is Command on a Mac and Control elsewhere. None is one that browsers keep
 * for themselves, so the web mode has the same.
 */
export const shortcuts = [
  { id: 'palette', keys: 'mod+k', scope: 'app' },
  { id: 'new_chat', keys: 'mod+shift+o', scope: 'app' },
  { id: 'toggle_sidebar', keys: 'mod+b', scope: 'app' },
  { id: 'previous_chat', keys: 'alt+arrowup', scope: 'app' },
  { id: 'next_chat', keys: 'alt+arrowdown', scope: 'app' },
  { id: 'models', keys: 'mod+shift+m', scope: 'app' },
  { id: 'code', keys: 'mod+shift+e', scope: 'app' },
  { id: 'settings', keys: 'mod+,', scope: 'app' },
  { id: 'shortcuts', keys: 'mod+/', scope: 'app' },
  { id: 'guide', keys: 'f1', scope: 'app' },
  { id: 'send', keys: 'enter', scope: 'composer' },
  { id: 'line_break', keys: 'shift+enter', scope: 'composer' },
  { id: 'stop', keys: 'escape', scope: 'composer' },
  { id: 'complete', keys: 'mod+enter', scope: 'code' },
  { id: 'accept', keys: 'tab', scope: 'code' },
  { id: 'reject', keys: 'escape', scope: 'code' },
  { id: 'rename', keys: 'f2', scope: 'list' },
  { id: 'trash', keys: 'delete', scope: 'list' },
  { id: 'menu', keys: 'shift+f10', scope: 'list' },
  { id: 'select', keys: 'mod+space', scope: 'list' },
  { id: 'select_range', keys: 'shift+arrowdown', scope: 'list' },
  { id: 'end_selection', keys: 'escape', scope: 'list' },
] as const satisfies readonly { id: string; keys: string; scope: ShortcutScope }[]

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

const macLabels: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', delete: '⌫' }
const labels: Record<string, string> = {
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  delete: 'Del',
  space: 'Space',
  arrowup: '↑',
  arrowdown: '↓',
}

/** What stands on the keys of `mod+shift+o`, one by one. */
export function keyLabels(keys: string): string[] {
  return keys
    .split('+')
    .map((key) => (isMac ? macLabels[key] : undefined) ?? labels[key] ?? key.toUpperCase())
}

/** The keys of a shortcut. */
export function keysOf(id: ShortcutId): string {
  return shortcuts.find((shortcut) => shortcut.id === id)?.keys ?? ''
}

/** The key that was pressed; letters also on keyboards that write other alphabets. */
function pressedKey({ key, code }: KeyboardEvent): string {
  if (key === ' ') return 'space'
  if (isMac && key === 'Backspace') return 'delete' // the key of that name is missing on most
  const isForeignLetter = key.length === 1 && key > '\u007f' && code.startsWith('Key')
  return (isForeignLetter ? code.slice('Key'.length) : key).toLowerCase()
}

/** Whether these keys, and no others, were pressed. Never while an input method composes. */
export function isPressed(keys: string, event: KeyboardEvent): boolean {
  if (event.isComposing) return false
  const parts = keys.split('+')
  const mod = isMac ? event.metaKey : event.ctrlKey
  const otherMod = isMac ? event.ctrlKey : event.metaKey
  return (
    pressedKey(event) === parts.at(-1) &&
    mod === parts.includes('mod') &&
    !otherMod &&
    event.shiftKey === parts.includes('shift') &&
    event.altKey === parts.includes('alt')
  )
}
