import type { LucideIcon } from '@lucide/vue'
import type { TextRange } from '@shared/chat.ts'

/** A line of the palette. */
export interface PaletteItem {
  key: string
  icon: LucideIcon
  text: string
  highlights: TextRange[]
  /** What stands small behind it: the chat of a message, a date. */
  detail?: string | undefined
  /** As `KeyboardHint` takes them. */
  keys?: string | undefined
  /** Whether the palette stays open. */
  isStaying?: boolean
  run: () => void
}

export interface PaletteGroup {
  key: string
  label: string
  items: PaletteItem[]
}
