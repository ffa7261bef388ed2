import { createI18n } from 'vue-i18n'
import { type AppSettings, type Locale, locales } from '@shared/settings.ts'

interface Messages {
  [key: string]: string | Messages
}

const files = import.meta.glob<Messages>('./locales/*/*.json', { eager: true, import: 'default' })

/** Each file holds one area: `locales/en/message.json` gives `message.…`. */
function messagesOf(locale: Locale): Messages {
  const entries = Object.entries(files)
    .filter(([path]) => path.startsWith(`./locales/${locale}/`))
    .map(([path, messages]) => [path.replace(/^.*\/|\.json$/g, ''), messages] as const)
  return Object.fromEntries(entries)
}

/** The language that fits best what the computer or browser is set to. */
export function matchLocale(tag: string): Locale {
  const { language, script, region } = new Intl.Locale(tag).maximize()
  if (language !== 'zh') return 'en'
  return script === 'Hant' || region === 'TW' || region === 'HK' ? 'zh-TW' : 'zh-CN'
}

/** The language to show, of what is set and what the computer uses. */
export function localeOf(settings: AppSettings, systemLocale: string): Locale {
  return settings.language === 'system' ? matchLocale(systemLocale) : settings.language
}

/** All words of the app, in all its languages. */
export function createAppI18n(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: Object.fromEntries(locales.map((name) => [name, messagesOf(name)] as const)),
  })
}
