import { usePreferredDark } from '@vueuse/core'
import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { localeOf } from '../i18n.ts'
import { useAppStore } from '../stores/app.ts'
import { useSettingsStore } from '../stores/settings.ts'

/** Keeps theme, language and text size of the page as the settings say. Used once, by App. */
export function useAppearance(): void {
  const settings = useSettingsStore()
  const app = useAppStore()
  const prefersDark = usePreferredDark()
  const { locale } = useI18n()

  watchEffect(() => {
    const { theme, textSize } = settings.settings
    const isDark = theme === 'dark' || (theme === 'system' && prefersDark.value)
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    document.documentElement.dataset['textSize'] = textSize
  })
  watchEffect(() => {
    // A browser may stand on a computer that is set otherwise than the app's.
    const isDesktop = app.snapshot?.host === 'desktop'
    const systemLocale = isDesktop ? app.snapshot?.systemLocale : navigator.language
    locale.value = localeOf(settings.settings, systemLocale ?? navigator.language)
    document.documentElement.lang = locale.value
  })
}
