import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { InstalledAdapter } from '@shared/adapters.ts'
import type { AdapterId } from '@shared/ids.ts'
import { useBridge } from '../bridge/bridge.ts'
import { useHostStore } from './host.ts'

/** The adapters that chats can be written with. */
export const useAdaptersStore = defineStore('adapters', () => {
  const bridge = useBridge()
  const host = useHostStore()
  const adapters = shallowRef<InstalledAdapter[]>([])
  /** Until they have been read nobody can say that one is gone. */
  const isRead = ref(false)
  const isAdding = ref(false)

  function take(read: InstalledAdapter[]): void {
    adapters.value = read
    isRead.value = true
  }

  /** Reads them unless they are known. */
  async function read(): Promise<void> {
    if (!isRead.value) take(await bridge.request('adapter.list', {}))
  }

  async function add(path: string): Promise<InstalledAdapter> {
    isAdding.value = true
    try {
      return await bridge.request('adapter.add', { path })
    } finally {
      isAdding.value = false
    }
  }

  /** Lets the person choose in a dialog of the system; null when nothing was chosen. */
  async function pickAndAdd(kind: 'file' | 'folder'): Promise<InstalledAdapter | null> {
    const path = await (kind === 'folder' ? host.pickFolder() : host.pickFile('adapter'))
    return path === null ? null : add(path)
  }

  async function remove(adapterId: AdapterId): Promise<void> {
    await bridge.request('adapter.remove', { adapterId })
  }

  bridge.on('adapters.changed', (changed) => take(changed.adapters))
  return { adapters, isRead, isAdding, read, add, pickAndAdd, remove }
})
