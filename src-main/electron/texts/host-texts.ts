import type { Locale } from '../../shared/settings.ts'
import { english } from './english.ts'
import { simplifiedChinese } from './simplified-chinese.ts'
import { traditionalChinese } from './traditional-chinese.ts'

/** What the system shows for the app: menus, dialogs, notifications. */
export interface HostTexts {
  file: string
  edit: string
  view: string
  window: string
  help: string
  guide: string
  newChat: string
  search: string
  settings: string
  models: string
  toggleSidebar: string
  undo: string
  redo: string
  cut: string
  copy: string
  paste: string
  selectAll: string
  zoomIn: string
  zoomOut: string
  actualSize: string
  fullScreen: string
  developerTools: string
  minimize: string
  close: string
  show: string
  quit: string
  open: string
  cancel: string
  linkQuestion: string
  modelFiles: string
  allFiles: string
  pickModelFile: string
  pickModelFolder: string
  pickAdapter: string
  adapterFiles: string
  pickFolder: string
  pickPrompts: string
  promptFiles: string
  pickQuestions: string
  questionFiles: string
  replyFinished: string
  startFailed: string
  dataFolderFailed: string
  updateFailed: string
  updateFailedText: string
  pageCrashed: string
  pageHangs: string
  loadAgain: string
  wait: string
}

const texts: Record<Locale, HostTexts> = {
  'zh-CN': simplifiedChinese,
  'zh-TW': traditionalChinese,
  en: english,
}

/** The app's language for what a person chose and the computer speaks. */
export function localeOf(language: Locale | 'system', systemLocale: string): Locale {
  if (language !== 'system') return language
  if (!systemLocale.toLowerCase().startsWith('zh')) return 'en'
  return /hant|tw|hk|mo/i.test(systemLocale) ? 'zh-TW' : 'zh-CN'
}

export const hostTexts = (locale: Locale): HostTexts => texts[locale]
