import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { type AppSettings, defaultSettings, locales } from '../../../src-main/shared/settings.ts'
import App from '../../../src-renderer/App.vue'
import { bridgeKey } from '../../../src-renderer/bridge/bridge.ts'
import { createAppI18n } from '../../../src-renderer/i18n.ts'
import { createAppRouter } from '../../../src-renderer/router.ts'
import '../../../src-renderer/styles/base.css'
import '../../../src-renderer/styles/tokens.css'
import { createFakeBridge } from '../../unit/renderer/fake-bridge.ts'
import { galleryAnswers } from './gallery-models.ts'

/** The whole app around a bridge that answers as the address says: `?theme=dark&host=web#/models`. */
const parameters = new URLSearchParams(location.search)
const theme = parameters.get('theme') === 'dark' ? 'dark' : 'light'
const language = locales.find((locale) => locale === parameters.get('locale')) ?? 'en'
const settings = { ...defaultSettings, theme, language, welcomed: true } as const
const host = parameters.get('host') === 'web' ? 'web' : 'desktop'

const fake = createFakeBridge(galleryAnswers(settings, host))
/** Goes on in another language: scenes are found by their English words. */
const speak = (other: AppSettings['language']) =>
  fake.emit('settings.changed', { settings: { ...settings, language: other } })
Object.assign(window, { controls: { emit: fake.emit, speak } })

createApp(App)
  .provide(bridgeKey, fake.bridge)
  .use(createPinia())
  .use(createAppI18n(language))
  .use(createAppRouter())
  .mount('#app')
