import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { UpdateState } from '@shared/updates.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The way to a newer version of the app. */
export const useUpdatesStore = defineStore('updates', () => {
  const bridge = useBridge()
  /** Null until it has been read. */
  const state = shallowRef<UpdateState | null>(null)

  async function read(): Promise<void> {
    state.value = await bridge.request('update.read', {})
  }

  /** Asks the download page; the state tells what came of it. */
  async function check(): Promise<void> {
    await bridge.request('update.check', {})
  }

  async function download(): Promise<void> {
    await bridge.request('update.download', {})
  }

  /** Stops the download or the waiting for replies. */
  async function cancel(): Promise<void> {
    await bridge.request('update.cancel', {})
  }

  /** Restarts into the new version; unless `endsReplies`, when all replies are written. */
  async function install(endsReplies: boolean): Promise<void> {
    await bridge.request('update.install', { endsReplies })
  }

  bridge.on('update.changed', (changed) => (state.value = changed.state))
  return { state, read, check, download, cancel, install }
})
