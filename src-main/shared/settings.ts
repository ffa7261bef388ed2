import type { SamplingOptions } from './engine-api.ts'
import type { ModelId } from './ids.ts'

/** The languages that the app is written in. */
export const locales = ['zh-CN', 'zh-TW', 'en'] as const
export type Locale = (typeof locales)[number]

/** What to do when a conversation no longer fits into the context. */
export type ContextFullPolicy = 'ask' | 'forget_oldest'

/** What the official `generate` samples with, and the engine where nothing is set. */
export const officialSampling = {
  temperature: 0.8,
  topK: 50,
  topP: 0.8,
  repetitionPenalty: 1,
  maxLength: 8192,
} as const satisfies SamplingOptions

/** Everything that a person can set for the whole app. */
export interface AppSettings {
  theme: 'system' | 'light' | 'dark'
  /** `system` follows the computer. */
  language: 'system' | Locale
  textSize: 'small' | 'medium' | 'large'
  /** What new chats begin with; each chat may differ. */
  sampling: SamplingOptions
  preamble: string
  contextFull: ContextFullPolicy
  /** Tokens; null for what the model was made for. */
  contextLength: number | null
  /** Null lets the engine choose. */
  threads: number | null
  sendWith: 'enter' | 'mod_enter'
  notifyWhenFinished: boolean
  /** Desktop only: closing the window leaves the app in the tray. */
  closeToTray: boolean
  sidebarOpen: boolean
  sidebarWidth: number
  /** Whether the first-run page has been left. */
  welcomed: boolean
  /** Loaded again at the next start. */
  lastModelId: ModelId | null
}

export const defaultSettings: AppSettings = {
  theme: 'system',
  language: 'system',
  textSize: 'medium',
  sampling: {},
  preamble: '',
  contextFull: 'ask',
  contextLength: null,
  threads: null,
  sendWith: 'enter',
  notifyWhenFinished: true,
  closeToTray: false,
  sidebarOpen: true,
  sidebarWidth: 260,
  welcomed: false,
  lastModelId: null,
}
