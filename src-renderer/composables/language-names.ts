import type { Locale } from '@shared/settings.ts'

/** The languages of the app, each in its own words. */
export const languageNames: { value: Locale; label: string; lang: Locale }[] = [
  { value: 'zh-CN', label: '简体中文', lang: 'zh-CN' },
  { value: 'zh-TW', label: '繁體中文', lang: 'zh-TW' },
  { value: 'en', label: 'English', lang: 'en' },
]
