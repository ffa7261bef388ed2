import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { type AppSettings, defaultSettings } from '@shared/settings.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The app's settings, as the app has them. */
export const useSettingsStore = defineStore('settings', () => {
  const bridge = useBridge()
  const settings = shallowRef<AppSettings>(defaultSettings)
  /** Whether a token of the hub is kept; the token itself is never told. */
  const hasHubToken = ref(false)

  function take(read: AppSettings): void {
    settings.value = read
  }

  /** Shows the change at once; the app's answer decides. */
  async function write(changes: Partial<AppSettings>): Promise<void> {
    const before = settings.value
    settings.value = { ...before, ...changes }
    try {
      take(await bridge.request('settings.write', { changes }))
    } catch (error) {
      take(before)
      throw error
    }
  }

  /** Null forgets it. */
  async function writeHubToken(token: string | null): Promise<void> {
    await bridge.request('hub_token.write', { token })
    hasHubToken.value = token !== null
  }

  bridge.on('settings.changed', (changed) => take(changed.settings))
  return { settings, hasHubToken, take, write, writeHubToken }
})
