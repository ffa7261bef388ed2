import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { defaultSettings } from '@shared/settings.ts'
import App from './App.vue'
import { bridgeKey } from './bridge/bridge.ts'
import { createBridge } from './bridge/create-bridge.ts'
import { createAppI18n, localeOf } from './i18n.ts'
import { createAppRouter } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'

// The composer takes keys before anything has been read; the settings follow.
createApp(App)
  .provide(bridgeKey, createBridge())
  .use(createPinia())
  .use(createAppI18n(localeOf(defaultSettings, navigator.language)))
  .use(createAppRouter())
  .mount('#app')
