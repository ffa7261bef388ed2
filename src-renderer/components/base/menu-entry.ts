import type { LucideIcon } from '@lucide/vue'

/** A line of a menu, a submenu, or the line between two groups. */
export type MenuEntry =
  | {
      type: 'item'
      label: string
      icon?: LucideIcon
      /** As `KeyboardHint` takes them. */
      keys?: string
      isDangerous?: boolean
      isDisabled?: boolean
      isChecked?: boolean
      run: () => void
    }
  | { type: 'submenu'; label: string; icon?: LucideIcon; entries: MenuEntry[] }
  | { type: 'separator' }
