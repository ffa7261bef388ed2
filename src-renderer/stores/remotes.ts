import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { newRemoteId, type RemoteId } from '@shared/ids.ts'
import type { RemoteEngine } from '@shared/remote.ts'
import { useBridge } from '../bridge/bridge.ts'
import { useSettingsStore } from './settings.ts'

/** Servers of models. Their keys can be given and forgotten, never read. */
export const useRemotesStore = defineStore('remotes', () => {
  const bridge = useBridge()
  const settings = useSettingsStore()
  const remotes = computed(() => settings.settings.remotes)
  const withKeys = ref<RemoteId[]>([])

  async function load(): Promise<void> {
    withKeys.value = (await bridge.request('remote.keys', {})).remoteIds
  }

  async function writeKey(remoteId: RemoteId, key: string | null): Promise<void> {
    await bridge.request('remote.write_key', { remoteId, key })
    await load()
  }

  /** Asks a server what it offers and keeps that for the menus. */
  async function askModels(remoteId: RemoteId): Promise<void> {
    const { models } = await bridge.request('remote.models', { remoteId })
    const changed = remotes.value.map((one) => (one.id === remoteId ? { ...one, models } : one))
    await settings.write({ remotes: changed })
  }

  /** Sets a server up and asks it what it offers; it stays set up when it does not answer. */
  async function add(name: string, address: string, key: string): Promise<void> {
    const remote: RemoteEngine = { id: newRemoteId(), name, address, models: [] }
    await settings.write({ remotes: [...remotes.value, remote] })
    if (key !== '') await writeKey(remote.id, key)
    await askModels(remote.id)
  }

  /** Its key goes with it. Chats that it answered say so when they are asked on. */
  async function remove(remoteId: RemoteId): Promise<void> {
    const { newChatRemote } = settings.settings
    await settings.write({
      remotes: remotes.value.filter(({ id }) => id !== remoteId),
      ...(newChatRemote?.remoteId === remoteId ? { newChatRemote: null } : {}),
    })
  }

  return { remotes, withKeys, load, writeKey, askModels, add, remove }
})
