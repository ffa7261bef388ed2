import type { AdapterChoice } from './adapters.ts'
import type { ApiSettings } from './api.ts'
import type { SourceKind } from './catalogue.ts'
import type { Backend } from './devices.ts'
import type { CacheType, SamplingOptions } from './engine-api.ts'
import type { ModelId } from './ids.ts'
import type { RemoteChoice, RemoteEngine } from './remote.ts'

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

/** How the network is reached; `environment` reads HTTPS_PROXY and its kin. */
export type ProxySetting =
  | { type: 'none' }
  | { type: 'system' }
  | { type: 'environment' }
  /** `http:`, `https:` or `socks5:`, with a name and password where needed. */
  | { type: 'manual'; url: string }

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
  cacheType: CacheType
  /** What is kept on the disk of conversations that were read; 0 keeps nothing. */
  conversationCacheBytes: number
  /** Whether weights are kept as our CPU kernels read them, so that models start at once. */
  keepPackedWeights: boolean
  /** What computes; `auto` takes the best that passed its self-test. */
  backend: 'auto' | Backend
  /** Layers on GPUs; null puts as many there as fit. */
  gpuLayers: number | null
  /** Parts of the layers for each GPU; null splits by free memory. */
  tensorSplit: number[] | null
  /** `host:port` of rpc-server processes on a network that can be trusted. */
  rpcServers: string[]
  /** Where downloads come from first; others follow when it fails. */
  downloadSource: 'auto' | SourceKind
  /** For `custom`: the address or folder that holds a folder for each model. */
  customSource: string
  /** Null for none. */
  downloadLimitBytesPerSecond: number | null
  proxy: ProxySetting
  /** A PEM file of certificates that are trusted besides the usual ones; null for none. */
  certificateFile: string | null
  keepSource: boolean
  api: ApiSettings
  /** Servers of models that were set up. */
  remotes: RemoteEngine[]
  /** What new chats are answered by; null for the model on this computer. */
  newChatRemote: RemoteChoice | null
  /** What new chats are written with besides the model on this computer; null for nothing. */
  newChatAdapter: AdapterChoice | null
  sendWith: 'enter' | 'mod_enter'
  notifyWhenFinished: boolean
  /** Desktop only: closing the window leaves the app in the tray. */
  closeToTray: boolean
  /** Desktop only: whether the app may ask once a day for a newer version. */
  checkForUpdates: boolean
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
  cacheType: 'f16',
  conversationCacheBytes: 4 * 1024 ** 3,
  keepPackedWeights: true,
  backend: 'auto',
  gpuLayers: null,
  tensorSplit: null,
  rpcServers: [],
  downloadSource: 'auto',
  customSource: '',
  downloadLimitBytesPerSecond: null,
  proxy: { type: 'system' },
  certificateFile: null,
  keepSource: false,
  api: { isOn: false, host: '127.0.0.1', port: 8000, needsToken: true, origins: [] },
  remotes: [],
  newChatRemote: null,
  newChatAdapter: null,
  sendWith: 'enter',
  notifyWhenFinished: true,
  closeToTray: false,
  checkForUpdates: false,
  sidebarOpen: true,
  sidebarWidth: 260,
  welcomed: false,
  lastModelId: null,
}
