import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import { createApp } from 'vue'
import { createAppI18n, localeOf } from '../../../src-renderer/i18n.ts'
import '../../../src-renderer/styles/tokens.css'
import '../../../src-renderer/styles/base.css'
import { defaultSettings } from '../../../src-main/shared/settings.ts'
import MessageGallery from './MessageGallery.vue'

const parameters = new URLSearchParams(location.search)
const locale = localeOf(defaultSettings, parameters.get('locale') ?? 'en')
document.documentElement.dataset['theme'] = parameters.get('theme') ?? 'light'
document.documentElement.lang = locale
createApp(MessageGallery).use(createAppI18n(locale)).mount('#app')
