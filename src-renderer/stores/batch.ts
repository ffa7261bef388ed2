import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { BatchState } from '@shared/batch.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The file of prompts that is being answered, or the last one. */
export const useBatchStore = defineStore('batch', () => {
  const bridge = useBridge()
  const state = shallowRef<BatchState>({ type: 'none' })

  bridge.on('batch.changed', (changed) => (state.value = changed.state))

  async function load(): Promise<void> {
    state.value = await bridge.request('batch.read', {})
  }

  async function start(path: string): Promise<void> {
    await bridge.request('batch.start', { path })
  }

  async function stop(): Promise<void> {
    await bridge.request('batch.stop', {})
  }

  async function reveal(): Promise<void> {
    await bridge.request('host.reveal_answers', {})
  }

  return { state, load, start, stop, reveal }
})
