import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ModelStorage, TaskProgress } from '@shared/models.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The folder of the models. */
export const useStorageStore = defineStore('storage', () => {
  const bridge = useBridge()
  /** Null until it has been read. */
  const storage = shallowRef<ModelStorage | null>(null)
  /** How far the move to another folder is; null while nothing moves. */
  const moving = shallowRef<TaskProgress | null>(null)

  async function read(): Promise<void> {
    storage.value = await bridge.request('storage.read', {})
  }

  /** Moves all models; null for the usual folder. Takes as long as the move takes. */
  async function move(folder: string | null): Promise<void> {
    storage.value = await bridge.request('storage.move', { folder })
  }

  /** Everything stays where it was. */
  const cancelMove = () => bridge.request('storage.cancel_move', {})

  /** What is kept of conversations that were read; null until it has been asked for. */
  const cacheBytes = shallowRef<number | null>(null)

  async function readCache(): Promise<void> {
    cacheBytes.value = (await bridge.request('cache.read', {})).sizeBytes
  }

  async function clearCache(): Promise<void> {
    await bridge.request('cache.clear', {})
    await readCache()
  }

  bridge.on('storage.moving', (changed) => (moving.value = changed.progress))
  return { storage, moving, cacheBytes, read, move, cancelMove, readCache, clearCache }
})
