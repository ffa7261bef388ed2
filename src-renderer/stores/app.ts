import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { AppSnapshot } from '@shared/app-api.ts'
import { useBridge } from '../bridge/bridge.ts'
import { useEngineStore } from './engine.ts'
import { useModelsStore } from './models.ts'
import { useRepliesStore } from './replies.ts'
import { useSettingsStore } from './settings.ts'

/** What the app told at the start, and whether it can be reached. */
export const useAppStore = defineStore('app', () => {
  const bridge = useBridge()
  const snapshot = shallowRef<AppSnapshot | null>(null)
  const isConnected = ref(true)

  /** Reads everything; called at the start and after a lost connection. */
  async function read(): Promise<void> {
    const read = await bridge.request('app.read', {})
    snapshot.value = read
    useSettingsStore().take(read.settings)
    useSettingsStore().hasHubToken = read.hasHubToken
    useEngineStore().take(read.engine)
    useModelsStore().take(read.model)
    useRepliesStore().take(read.replies)
  }

  bridge.onConnectionChange((now) => (isConnected.value = now))
  bridge.onReconnected(() => void read())
  return { snapshot, isConnected, read }
})
